import { expect, test } from "vitest";
import { callerOf } from "./identity.ts";

const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

test("reads the caller that the gateway wrote", () => {
	const headers = new Headers({
		"X-User-ID": "usr_a",
		"X-User-Role": "viewer",
		"X-Request-ID": "req_1",
		"X-Credential-ID": "lgn_1",
		"Idempotency-Key": "once",
	});
	expect(callerOf(headers, traceparent)).toEqual({
		userId: "usr_a",
		role: "viewer",
		requestId: "req_1",
		traceparent,
		credentialId: "lgn_1",
		idempotencyKey: "once",
	});
});

test.each<[string, Record<string, string>]>([
	["no headers", {}],
	["no role", { "x-user-id": "usr_a" }],
	["no user", { "x-user-role": "admin" }],
	["an empty user", { "x-user-id": "", "x-user-role": "admin" }],
	["an unknown role", { "x-user-id": "usr_a", "x-user-role": "root" }],
	["a role in capitals", { "x-user-id": "usr_a", "x-user-role": "ADMIN" }],
	["a role sent twice", { "x-user-id": "usr_a", "x-user-role": "admin, admin" }],
])("%s is nobody", (_, headers) => {
	expect(callerOf(new Headers(headers), traceparent)).toBeUndefined();
});

test.each(["", "a b", "é", "x".repeat(256)])("refuses Idempotency-Key %j", (key) => {
	const headers = new Headers({ "x-user-id": "usr_a", "x-user-role": "user", "idempotency-key": key });
	expect(() => callerOf(headers, traceparent)).toThrow(expect.objectContaining({ code: "invalid_input" }));
});
