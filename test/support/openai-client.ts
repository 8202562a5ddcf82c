/** The official `openai` package as a client of the agents Worker, with the identity that the gateway would add. */
import { exports } from "cloudflare:workers";
import OpenAI from "openai";
import type { Role } from "#core/caller";

export function openAiAs(userId: string, role: Role = "user"): OpenAI {
	const identity = { "x-user-id": userId, "x-user-role": role, "x-request-id": "req_test" };
	return new OpenAI({
		apiKey: "unused",
		baseURL: "http://domain/v1",
		async fetch(url, init) {
			const request = new Request(url, init);
			for (const [name, value] of Object.entries(identity)) request.headers.set(name, value);
			request.headers.delete("authorization");
			return await exports.default.fetch(request);
		},
	});
}
