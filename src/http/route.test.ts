import { expect, test } from "vitest";
import type { Caller, Role } from "#core/caller";
import { checkPolicy, type Policy } from "./route.ts";

const outcomes: Record<Policy, Record<Role | "anonymous", "in" | "unauthenticated" | "forbidden">> = {
	public: { anonymous: "in", viewer: "in", user: "in", admin: "in" },
	read: { anonymous: "unauthenticated", viewer: "in", user: "in", admin: "in" },
	run: { anonymous: "unauthenticated", viewer: "in", user: "in", admin: "in" },
	write: { anonymous: "unauthenticated", viewer: "forbidden", user: "in", admin: "in" },
	admin: { anonymous: "unauthenticated", viewer: "forbidden", user: "forbidden", admin: "in" },
};

const cases = Object.entries(outcomes).flatMap(([policy, byRole]) =>
	Object.entries(byRole).map(([role, outcome]) => [policy as Policy, role as Role | "anonymous", outcome] as const),
);

test.each(cases)("policy %s, %s: %s", (policy, role, outcome) => {
	const caller: Caller | undefined =
		role === "anonymous" ? undefined : { userId: "usr_a", role, requestId: "", traceparent: "" };
	if (outcome === "in") checkPolicy(policy, caller);
	else expect(() => checkPolicy(policy, caller)).toThrow(expect.objectContaining({ code: outcome }));
});
