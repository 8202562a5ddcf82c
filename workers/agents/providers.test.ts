import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import type { Provider } from "#agents/schema";
import { asCaller, type TestCaller } from "../../test/support/as-caller.ts";
import { execute, expectJson, expectProblem, newAgent } from "./testing.ts";

const canary = "sk-canary-3f9a";

function newUser(): TestCaller {
	return asCaller(`usr_${crypto.randomUUID()}`);
}

async function add(caller: TestCaller, body: object): Promise<Response> {
	return await caller.post("/api/v1/providers", body);
}

async function providers(caller: TestCaller): Promise<Provider[]> {
	return (await expectJson<{ providers: Provider[] }>(await caller.get("/api/v1/providers"), 200)).providers;
}

test("a key goes in and never comes out again, from the API or in clear from the database", async () => {
	const ada = newUser();
	const response = await add(ada, { name: "mine", kind: "openai", apiKey: canary });
	const provider = await expectJson<Provider>(response, 201);
	expect(provider).toMatchObject({ name: "mine", kind: "openai", baseUrl: null, hasApiKey: true });
	const agent = await newAgent(ada, { model: "mine/gpt-4" });
	const health = await ada.get(`/api/v1/agents/${agent.id}/health`);
	const rows = await env.DB.prepare("SELECT * FROM model_providers").all();
	const shown = JSON.stringify([provider, await providers(ada), await health.json(), rows.results]);
	expect(shown).not.toContain(canary);
	expect(shown).not.toContain(btoa(canary));
});

test("a sealed key that is moved to another row opens nothing", async () => {
	const [ada, bob] = [newUser(), newUser()];
	const body = { name: "mine", kind: "openai", apiKey: canary };
	const hers = await expectJson<Provider>(await add(ada, body), 201);
	const his = await expectJson<Provider>(await add(bob, { ...body, apiKey: "sk-his" }), 201);
	await env.DB.prepare(
		"UPDATE model_providers SET sealed_api_key = (SELECT sealed_api_key FROM model_providers WHERE id = ?) WHERE id = ?",
	)
		.bind(hers.id, his.id)
		.run();
	const agent = await newAgent(bob, { model: "mine/gpt-4" });
	const text = await (await execute(bob, agent.id, "hello")).text();
	expect(JSON.parse(text)).toMatchObject({ status: 500, code: "internal_error" });
	expect(text).not.toContain("canary");
});

test("addresses that the deployment does not allow are refused, however they are written", async () => {
	const ada = newUser();
	// The tests allow 127.0.0.0/8; all else that is not public is refused.
	await expectJson(await add(ada, { name: "loop", kind: "openai-compatible", baseUrl: "http://127.0.0.1:9/v1" }), 201);
	for (const host of ["10.0.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "localhost", "[::1]", "0xa000001"]) {
		const body = { name: "x", kind: "openai-compatible", baseUrl: `http://${host}/v1`, apiKey: canary };
		const problem = await expectProblem(await add(ada, body), 422, "address_not_allowed");
		expect(JSON.stringify(problem)).not.toContain(canary);
	}
	expect(await providers(ada)).toHaveLength(1);
});

test("an address that has become forbidden is not called", async () => {
	const ada = newUser();
	await expectJson(await add(ada, { name: "loop", kind: "openai-compatible", baseUrl: "http://127.0.0.1:9/v1" }), 201);
	await env.DB.prepare("UPDATE model_providers SET base_url = 'http://10.0.0.1/v1' WHERE base_url LIKE '%:9/v1'").run();
	const agent = await newAgent(ada, { model: "loop/anything" });
	await expectProblem(await execute(ada, agent.id, "hello"), 422, "address_not_allowed");
});

test("names are unique for each user", async () => {
	const [ada, bob] = [newUser(), newUser()];
	const body = { name: "mine", kind: "openai", apiKey: canary };
	await expectJson(await add(ada, body), 201);
	await expectProblem(await add(ada, body), 409, "conflict");
	await expectJson(await add(bob, body), 201);
	for (const name of ["local", "Mine", "a/b", "", "-a"]) {
		await expectProblem(await add(ada, { ...body, name }), 422, "invalid_input");
	}
});

test("a provider is its owner's alone, also from an admin", async () => {
	const [ada, bob, admin] = [newUser(), newUser(), asCaller(`usr_${crypto.randomUUID()}`, "admin")];
	const { id } = await expectJson<Provider>(await add(ada, { name: "mine", kind: "openai", apiKey: canary }), 201);
	for (const other of [bob, admin]) {
		expect(await providers(other)).toEqual([]);
		await expectProblem(await other.send("DELETE", `/api/v1/providers/${id}`), 404, "not_found");
	}
	const { id: agentId } = await newAgent(ada, { model: "mine/gpt-4" }, { shared: true });
	// A shared agent runs with the keys of whoever runs it.
	await expectProblem(await execute(bob, agentId, "hello"), 422, "provider_not_configured");
	expect((await ada.send("DELETE", `/api/v1/providers/${id}`)).status).toBe(204);
	await expectProblem(await ada.send("DELETE", `/api/v1/providers/${id}`), 404, "not_found");
});

test("a missing key is named, with the ways to set it", async () => {
	const ada = newUser();
	const wanted = {
		"gpt-4": ["OPENAI_API_KEY", "POST /api/v1/providers"],
		"claude-3-opus": ["ANTHROPIC_API_KEY"],
		"gemini-2.0-flash": ["GOOGLE_GENERATIVE_AI_API_KEY"],
		"azure/gpt-4": ["AZURE_API_KEY"],
		"elsewhere/model": ['"name": "elsewhere"', "baseUrl"],
	};
	for (const [model, words] of Object.entries(wanted)) {
		const { id } = await newAgent(ada, { model });
		const { detail } = await expectProblem(await execute(ada, id, "hello"), 422, "provider_not_configured");
		for (const word of words) expect(detail).toContain(word);
	}
	await expectProblem(await add(ada, { name: "openai", kind: "openai" }), 422, "invalid_input");
});

test("a provider of one's own named openai serves the plain names", async () => {
	const ada = newUser();
	const { id } = await newAgent(ada, { model: "gpt-4" });
	const health = async () => await expectJson(await ada.get(`/api/v1/agents/${id}/health`), 200);
	expect(await health()).toMatchObject({ status: "unhealthy" });
	await expectJson(await add(ada, { name: "openai", kind: "openai", apiKey: canary }), 201);
	expect(await health()).toMatchObject({ status: "healthy" });
});
