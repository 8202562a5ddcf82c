/** Requests to a domain Worker as the gateway sends them: with identity headers, on behalf of somebody or nobody. */
import { exports } from "cloudflare:workers";
import type { Role } from "#core/caller";

export interface TestCaller {
	get(path: string, headers?: Record<string, string>): Promise<Response>;
	post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
	send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
	/** Sends the text as a JSON body, whether it is JSON or not. */
	sendText(method: string, path: string, text: string, headers?: Record<string, string>): Promise<Response>;
}

export const anonymous = withHeaders({});

export function asCaller(userId: string, role: Role = "user"): TestCaller {
	return withHeaders({
		"x-user-id": userId,
		"x-user-role": role,
		"x-request-id": "req_test",
		"x-credential-id": `cred_${userId}`,
	});
}

function withHeaders(identity: Record<string, string>): TestCaller {
	const request = async (method: string, path: string, body: string | undefined, headers: Record<string, string>) =>
		await exports.default.fetch(`http://domain${path}`, {
			method,
			headers: { ...identity, ...(body !== undefined && { "content-type": "application/json" }), ...headers },
			body,
		});
	const send: TestCaller["send"] = async (method, path, body, headers = {}) =>
		await request(method, path, body === undefined ? undefined : JSON.stringify(body), headers);
	return {
		send,
		get: (path, headers) => send("GET", path, undefined, headers),
		post: (path, body, headers) => send("POST", path, body, headers),
		sendText: (method, path, text, headers = {}) => request(method, path, text, headers),
	};
}
