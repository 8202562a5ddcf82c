import { describe, expect, test } from "vitest";
import { authorizationNeeded } from "#tools/mcp/mcp-failure";
import { authorizedFetch, type TokenSource } from "./authorized-fetch.ts";

/** Answers with the statuses in turn; `seen` has where each request went, and with what. */
function server(...answers: Response[]) {
	const seen: string[] = [];
	const challenges: object[] = [];
	const send: typeof fetch = async (input, init) => {
		seen.push(`${String(input)} ${new Headers(init?.headers).get("authorization")}`);
		return answers.shift() ?? new Response("fine");
	};
	const source: TokenSource = {
		token: async () => "one",
		renewed: async (refused) => (refused === "one" ? "two" : undefined),
		async refused(challenge, token) {
			challenges.push({ token, ...challenge });
			return authorizationNeeded("mcp_1");
		},
		async insufficient(challenge) {
			challenges.push(challenge);
			return authorizationNeeded("mcp_1");
		},
	};
	return { seen, challenges, fetch: authorizedFetch(send, "https://mcp.example", source) };
}

function refusal(status: number, challenge?: string): Response {
	return new Response("no", { status, headers: challenge ? { "www-authenticate": challenge } : {} });
}

describe("a user's token", () => {
	test("goes to the server's own origin, and to no other", async () => {
		const { seen, fetch } = server();
		for (const url of [
			...["https://mcp.example/mcp", "https://mcp.example:444/mcp", "http://mcp.example/mcp"],
			...["https://mcp.example.evil/mcp", "https://evil/?https://mcp.example", "https://sub.mcp.example/"],
		]) {
			await fetch(url, { headers: { accept: "text/plain" } });
		}
		expect(seen.map((request) => request.split(" ")[1])).toEqual(["Bearer", "null", "null", "null", "null", "null"]);
	});

	test("that is refused is renewed once", async () => {
		const { seen, challenges, fetch } = server(refusal(401));
		expect(await (await fetch("https://mcp.example/mcp")).text()).toBe("fine");
		expect(seen).toEqual(["https://mcp.example/mcp Bearer one", "https://mcp.example/mcp Bearer two"]);
		expect(challenges).toEqual([]);
	});

	test("that is refused again is no good; what the server wants is told", async () => {
		const wanted = 'Bearer resource_metadata="https://mcp.example/.well-known/x", scope="a b"';
		const { seen, challenges, fetch } = server(refusal(401), refusal(401, wanted));
		await expect(fetch("https://mcp.example/mcp")).rejects.toMatchObject({ code: "forbidden", isDenied: true });
		expect(seen).toHaveLength(2);
		expect(challenges).toEqual([
			{ token: "two", scope: "a b", resourceMetadataUrl: "https://mcp.example/.well-known/x" },
		]);
	});

	test("that does not reach is not renewed, and another refusal is the server's own affair", async () => {
		const { seen, challenges, fetch } = server(
			refusal(403, 'Bearer error="insufficient_scope", scope="write"'),
			refusal(403),
			refusal(403, 'Bearer error="invalid_token"'),
		);
		await expect(fetch("https://mcp.example/mcp")).rejects.toMatchObject({ code: "forbidden", isDenied: true });
		expect(challenges).toMatchObject([{ scope: "write" }]);
		expect([(await fetch("https://mcp.example/")).status, (await fetch("https://mcp.example/")).status]).toEqual([
			403, 403,
		]);
		expect(seen).toHaveLength(3);
	});

	test("is renewed for no challenge that is longer than anybody needs", async () => {
		const { challenges, fetch } = server(refusal(401), refusal(401, `Bearer scope="${"s".repeat(3_000)}"`));
		await expect(fetch("https://mcp.example/mcp")).rejects.toMatchObject({ code: "forbidden" });
		expect(challenges).toEqual([{ token: "two" }]);
	});
});
