import { evictDurableObject } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { accountOf } from "./context.ts";
import { bearer, bindings, newKey, newUser, post, send, signIn } from "./testing.ts";

const path = "/api/v1/api-keys";

describe("API keys", () => {
	test("made, shown once, listed without secret, revoked", async () => {
		const user = await newUser("viewer");
		const token = await signIn(user);
		const created = await post(path, { name: "ci", userId: "usr_other", id: "key_mine" }, bearer(token));
		expect(created.status).toBe(201);
		const { id, key, ...rest } = await created.json<{ id: string; key: string }>();
		expect(rest).toEqual({ name: "ci", scopes: ["*"], createdAt: expect.stringMatching(/Z$/) });
		expect(key).toMatch(/^aek_\w{22}_\w{22}_\w{22}$/);

		const echoed = await send("/api/v1/agents", { headers: { "x-api-key": key } });
		const { headers } = await echoed.json<{ headers: object }>();
		expect(headers).toMatchObject({ "x-user-id": user.id, "x-user-role": "viewer" });
		expect(headers, "only who keeps sockets is told which key it was").not.toHaveProperty("x-credential-id");
		const list = await (await send(path, { headers: bearer(token) })).text();
		expect(list).toContain(id);
		expect(list).not.toContain(key.slice(-22));

		await evictDurableObject(accountOf(bindings, user.id));
		expect((await send("/api/v1/agents", { headers: bearer(key) })).status).toBe(200);
		const stranger = bearer(await signIn(await newUser()));
		expect((await send(`${path}/${id}`, { method: "DELETE", headers: stranger })).status).toBe(404);
		expect((await send(`${path}/${id}`, { method: "DELETE", headers: bearer(token) })).status).toBe(204);
		expect((await send("/api/v1/agents", { headers: bearer(key) })).status).toBe(401);
		await evictDurableObject(accountOf(bindings, user.id));
		expect((await send("/api/v1/agents", { headers: bearer(key) })).status).toBe(401);
	});

	test.each<[string[], string, string, number]>([
		[["agents:read"], "GET", "/api/v1/agents", 200],
		[["agents:read"], "HEAD", "/api/v1/agents", 200],
		[["agents:read"], "POST", "/api/v1/agents", 403],
		[["agents:read"], "GET", "/api/agents/v1/agents", 200],
		[["agents:read"], "GET", "/v1/models", 200],
		[["agents:read"], "POST", "/v1/chat/completions", 403],
		[["agents:read"], "GET", "/api/v1/documents", 403],
		[["agents:write"], "POST", "/api/v1/agents", 200],
		[["agents:write"], "GET", "/api/v1/agents", 200],
		[["rag:write", "tools:read"], "DELETE", "/api/v1/indexes/x", 200],
		[["rag:write", "tools:read"], "DELETE", "/api/v1/tools/x", 403],
		[["workflow-engine:read"], "GET", "/api/workflow-engine/v1/workflows", 200],
		[["agents:write"], "GET", "/api/auth/me", 403],
		[["account:read"], "GET", "/api/auth/me", 200],
		[["account:read"], "POST", "/api/v1/api-keys", 403],
		[["account:read"], "POST", "/api/auth/password", 403],
		[["agents:write"], "POST", "/api/auth/logout", 403],
	])("%o: %s %s is %i", async (scopes, method, url, status) => {
		const key = await newKey(await newUser("admin"), scopes as never);
		expect((await send(url, { method, headers: bearer(key) })).status).toBe(status);
	});

	test("a key makes none that may do more than itself", async () => {
		const key = await newKey(await newUser(), ["account:write", "agents:write"]);
		for (const scopes of [undefined, ["*"], ["rag:read"]]) {
			expect((await post(path, { name: "more", scopes }, bearer(key))).status).toBe(403);
		}
		expect((await post(path, { name: "less", scopes: ["agents:read"] }, bearer(key))).status).toBe(201);
	});

	test.each([{ name: "" }, { name: "x", scopes: ["root"] }, { name: "x", scopes: [] }, { scopes: ["*"] }])(
		"%o: 422",
		async (body) => {
			expect((await post(path, body, bearer(await signIn(await newUser())))).status).toBe(422);
		},
	);
});
