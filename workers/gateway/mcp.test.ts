import { describe, expect, test } from "vitest";
import { bearer, newKey, newUser, post, send, signIn } from "./testing.ts";

const ping = { jsonrpc: "2.0", id: 1, method: "ping" };
const metadataUrl = "http://gateway.test/.well-known/oauth-protected-resource/mcp";

describe("/mcp", () => {
	test("goes to the tools as its user, by session, key as bearer, or key in its header", async () => {
		const user = await newUser();
		const key = await newKey(user);
		for (const headers of [bearer(await signIn(user)), bearer(key), { "x-api-key": key }]) {
			const forwarded = await post("/mcp", ping, { ...headers, "mcp-method": "ping", "x-user-id": "usr_forged" });
			expect(await forwarded.json()).toMatchObject({
				...{ service: "tools", method: "POST", url: "http://gateway.test/mcp", body: JSON.stringify(ping) },
				headers: { "x-user-id": user.id, "x-user-role": "user", "mcp-method": "ping" },
			});
		}
	});

	test("tells who is refused where the resource is described", async () => {
		for (const headers of [{}, bearer("aek_wrong"), { ...bearer("x"), "x-api-key": "y" }]) {
			const response = await post("/mcp", ping, headers);
			expect(response.status).toBe(401);
			const challenge = `Bearer realm="agentic-edge", resource_metadata="${metadataUrl}"`;
			expect(response.headers.get("www-authenticate")).toBe(challenge);
		}
		const elsewhere = await send("/api/v1/tools");
		expect(elsewhere.headers.get("www-authenticate")).toBe('Bearer realm="agentic-edge"');
	});

	test("takes a key that may write tools, and no other", async () => {
		const user = await newUser();
		expect((await post("/mcp", ping, bearer(await newKey(user, ["tools:write"])))).status).toBe(200);
		for (const scope of ["tools:read", "agents:write"] as const) {
			expect((await post("/mcp", ping, bearer(await newKey(user, [scope])))).status).toBe(403);
		}
	});

	test.each([
		["http://gateway.test/mcp", undefined, 200],
		["http://gateway.test/mcp", "https://app.test", 200],
		["http://gateway.test/mcp", "https://evil.test", 403],
		["http://gateway.test/mcp", "null", 403],
		// DNS rebinding: the page's own name leads to this machine.
		["http://evil.test/mcp", "http://evil.test", 403],
		["http://127.0.0.1.evil.test/mcp", "http://127.0.0.1.evil.test", 403],
		["http://localhost:8787/mcp", "http://localhost:8787", 200],
		["http://127.0.0.1:8787/mcp", "http://127.0.0.1:8787", 200],
		["http://localhost:8787/mcp", "http://localhost:9999", 403],
		["https://gateway.test/mcp", "https://gateway.test", 200],
		["https://gateway.test/mcp", "http://gateway.test", 403],
	])("%s called by a page of %s is %i", async (url, origin, status) => {
		const headers = { ...bearer(await newKey(await newUser())), ...(origin && { origin }) };
		expect((await post(url, ping, headers, { ALLOWED_ORIGINS: "https://app.test" })).status).toBe(status);
	});

	test("a page of an allowed origin may send what the protocol needs", async () => {
		const headers = { origin: "https://app.test", "access-control-request-method": "POST" };
		const response = await send("/mcp", { method: "OPTIONS", headers }, { ALLOWED_ORIGINS: "https://app.test" });
		const allowed = response.headers.get("access-control-allow-headers")?.toLowerCase().split(", ");
		expect(allowed).toEqual(expect.arrayContaining(["mcp-protocol-version", "mcp-method", "mcp-name"]));
	});
});

describe("RFC 9728", () => {
	test.each([metadataUrl, "http://gateway.test/.well-known/oauth-protected-resource"])("%s", async (url) => {
		const response = await send(url, { headers: { origin: "https://anywhere.test" } });
		expect(response.headers.get("content-type")).toContain("application/json");
		expect(response.headers.get("access-control-allow-origin")).toBe("*");
		expect(await response.json()).toEqual({
			...{ resource: "http://gateway.test/mcp", resource_name: "Agentic Edge" },
			...{ bearer_methods_supported: ["header"], scopes_supported: ["tools:write"] },
		});
		expect((await send(url, { method: "POST" })).status).toBe(405);
		expect((await send(`${url}/x`)).status).toBe(404);
	});

	test("an agent's endpoint is such a resource, with its own description", async () => {
		const path = "/api/v1/agents/agt_1/mcp";
		const refused = await post(path, ping);
		expect(refused.status).toBe(401);
		const at = "http://gateway.test/.well-known/oauth-protected-resource/api/v1/agents/agt_1/mcp";
		expect(refused.headers.get("www-authenticate")).toContain(`resource_metadata="${at}"`);
		expect(await (await send(at)).json()).toMatchObject({
			...{ resource: `http://gateway.test${path}`, scopes_supported: ["agents:write"] },
		});
		const key = bearer(await newKey(await newUser()));
		expect((await post(path, ping, { ...key, origin: "https://evil.test" })).status).toBe(403);
		expect(await (await post(path, ping, key)).json()).toMatchObject({ service: "agents" });
		expect((await send("http://gateway.test/.well-known/oauth-protected-resource/api/v1/agents")).status).toBe(404);
	});
});
