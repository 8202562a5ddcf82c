/** A route declares who may call it; one without a policy does not compile. */
import { createRoute, type RouteConfig } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import type { Caller } from "#core/caller";
import { AppError } from "#core/errors";
import { ProblemSchema } from "./problem-schema.ts";

/**
 * `public`: no sign-in. `read`: every signed-in user. `run`: every signed-in user, viewers included, because what
 * writes inside a run is refused to them there. `write`: users and admins. `admin`: admins.
 */
export type Policy = "public" | "read" | "run" | "write" | "admin";

type PolicyRouteConfig = Omit<RouteConfig, "middleware" | "security"> & { policy: Policy };

const problem = { content: { "application/problem+json": { schema: ProblemSchema } } };

export function defineRoute<R extends PolicyRouteConfig>({ policy, ...config }: R) {
	const route: RouteConfig = {
		...config,
		"x-policy": policy,
		security: policy === "public" ? [] : [{ bearerAuth: [] }, { apiKey: [] }],
		middleware: [enforce(policy)],
		responses: { default: { description: "Problem details (RFC 9457)", ...problem }, ...config.responses },
	};
	// The handler's types come from the route as it was written.
	return createRoute(route as unknown as Omit<R, "policy">);
}

/** Throws unless the policy lets the caller in. */
export function checkPolicy(policy: Policy, caller: Caller | undefined): void {
	if (policy === "public") return;
	if (!caller) throw new AppError("unauthenticated", "Sign in, or send an API key.");
	if (policy === "admin" && caller.role !== "admin") throw new AppError("forbidden", "Only an admin may do this.");
	if (policy === "write" && caller.role === "viewer")
		throw new AppError("forbidden", "A viewer may not change anything.");
}

function enforce(policy: Policy): MiddlewareHandler<{ Variables: { caller?: Caller } }> {
	return async function enforcePolicy(c, next) {
		checkPolicy(policy, c.var.caller);
		await next();
	};
}
