/** Requests to a domain Worker as the gateway sends them: with identity headers, on behalf of somebody. */
import { exports } from "cloudflare:workers";
import type { Role } from "#core/caller";

export interface TestCaller {
	get(path: string, headers?: Record<string, string>): Promise<Response>;
	post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
	send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
}

export function asCaller(userId: string, role: Role = "user"): TestCaller {
	const identity = {
		"x-user-id": userId,
		"x-user-role": role,
		"x-request-id": "req_test",
		"x-credential-id": `cred_${userId}`,
	};
	const send: TestCaller["send"] = async (method, path, body, headers = {}) =>
		await exports.default.fetch(`http://domain${path}`, {
			method,
			headers: { ...identity, ...(body !== undefined && { "content-type": "application/json" }), ...headers },
			body: body === undefined ? undefined : JSON.stringify(body),
		});
	return {
		send,
		get: (path, headers) => send("GET", path, undefined, headers),
		post: (path, body, headers) => send("POST", path, body, headers),
	};
}
