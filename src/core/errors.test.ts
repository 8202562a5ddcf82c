import { expect, test } from "vitest";
import { AppError, asAppError } from "./errors.ts";

test("is itself", () => {
	const error = new AppError("conflict", "No.");
	expect(asAppError(error)).toBe(error);
});

test("survives RPC, which keeps own properties but not the class", () => {
	const details = { retryAfter: 3 };
	const received = Object.assign(new Error("Slow down."), structuredClone({ code: "rate_limited", details }));
	expect(asAppError(received)).toMatchObject({
		name: "AppError",
		code: "rate_limited",
		message: "Slow down.",
		details,
	});
});

test.each<[string, unknown]>([
	["an error without a code", new TypeError("x")],
	["a system error", Object.assign(new Error("x"), { code: "ECONNREFUSED" })],
	["no error", { code: "conflict" }],
	["nothing", undefined],
])("%s is unexpected", (_, thrown) => {
	expect(asAppError(thrown)).toBeUndefined();
});
