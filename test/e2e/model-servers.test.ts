import { afterAll, beforeAll, describe, expect, inject, test, vi } from "vitest";
import type { Json } from "../../scripts/api-client.ts";
import { type OpenAiRequest, type OpenAiServer, startOpenAiServer } from "../support/openai-server.ts";
import { newPerson, type Person } from "../support/people.ts";

const instance = inject("platform");
const apiKey = "sk-canary-of-the-model-server";
const hello = "Hello from the loopback model.";

let server: OpenAiServer;
let ada: Person;
/** Everything that the platform has answered: the key is nowhere in it. */
const answers: string[] = [];

beforeAll(async () => {
	server = await startOpenAiServer();
	ada = await newPerson(instance);
});
afterAll(async () => {
	await server.close();
	expect(answers.join("\n")).not.toContain(apiKey);
});

describe.each(["openai", "openai-compatible"])("a model server added as kind %s", (kind) => {
	beforeAll(async () => {
		const provider = await ada.call("POST", "/api/v1/providers", { name: kind, kind, baseUrl: server.url, apiKey });
		answers.push(JSON.stringify([provider, await ada.call("GET", "/api/v1/providers")]));
		expect(provider).toMatchObject({ name: kind, hasApiKey: true });
	});

	test("answers, whole and streamed", async () => {
		const whole = await execute("answer");
		expect(whole).toMatchObject({
			status: 200,
			body: { response: hello, usage: { promptTokens: 10, completionTokens: 6 } },
		});
		expect(lastRequest("answer").headers.authorization).toBe(`Bearer ${apiKey}`);
		const events = await stream("slow", 5);
		expect(events.filter(({ event }) => event === "message.delta").length).toBeGreaterThan(1);
	});

	test("streams fifty chunks into one gathered text", async () => {
		const events = await stream("chunks-50");
		expect(events.at(-1)).toMatchObject({ event: "run.completed", data: { data: { response: "chunk ".repeat(50) } } });
		const deltas = events.filter(({ event }) => event === "message.delta");
		expect(deltas.map(({ data }) => data.data.text).join("")).toBe("chunk ".repeat(50));
	});

	test("calls a tool and answers from its result", async () => {
		const { body } = await execute("tool-then-answer", 'The time in {"timeZone":"Europe/Oslo"}?');
		expect(body.toolCalls).toMatchObject([{ toolId: "current_time", input: { timeZone: "Europe/Oslo" } }]);
		expect(body.response).toContain("The tool says: ");
		expect(body.response).toContain("Europe/Oslo");
	});

	test("is asked again after a 429, and after a stream that broke before its first word", async () => {
		for (const model of ["rate-limited-once", "failing-once", "break-once"]) {
			const before = requestsFor(model).length;
			expect(await execute(model)).toMatchObject({ status: 200, body: { response: hello } });
			// Counted by the server once for all kinds: only the first kind meets the failure.
			expect(requestsFor(model).length - before).toBe(before === 0 ? 2 : 1);
		}
	});

	test.each([
		["unauthorized", 502, "refused the key (401, invalid_api_key)"],
		["failing", 502, "failed (500, server_error)"],
		["rate-limited", 502, "is limiting requests (429, rate_limit_exceeded)"],
		["too-long", 502, "rejected the request (400, context_length_exceeded)"],
		["break", 502, "broke off its answer"],
	])("%s: the run fails with %i and the reason", async (model, status, reason) => {
		const { status: answered, body } = await execute(model);
		expect(answered).toBe(status);
		expect(body).toMatchObject({ code: "provider_error", detail: expect.stringContaining(reason) });
		const events = await stream(model);
		expect(events.at(-1)).toMatchObject({ event: "run.failed", data: { data: { code: "provider_error" } } });
	});

	test.each(["hang", "stall", "slow"])("%s: cancelling the run closes the connection to the server", async (model) => {
		const agent = await newAgent(model);
		const path = `/api/v1/agents/${agent}/execute`;
		const before = requestsFor(model).length;
		const { executionId } = await ada.call("POST", path, { message: "hello" }, { prefer: "respond-async" });
		const request = await vi.waitFor(() => {
			expect(requestsFor(model).length).toBe(before + 1);
			return lastRequest(model);
		}, 5_000);
		expect(request.disconnected).toBe(false);
		const cancelled = await ada.call("POST", `/api/v1/agents/executions/${executionId}/cancel`);
		expect(cancelled.status).toBe("cancelled");
		await vi.waitFor(() => expect(request.disconnected).toBe(true), 2_000);
	});

	test("a hang ends with the run's own time limit, and its connection is closed", async () => {
		const begun = performance.now();
		const { status, body } = await execute("hang", "hello", { limits: { seconds: 2 } });
		expect(performance.now() - begun).toBeLessThan(4_000);
		expect([status, body.code]).toEqual([422, "limit_exceeded"]);
		await vi.waitFor(() => expect(lastRequest("hang").disconnected).toBe(true), 2_000);
	});

	function newAgent(model: string, config: object = {}): Promise<string> {
		return createAgent({ model: `${kind}/${model}`, tools: ["current_time"], ...config });
	}

	async function execute(
		model: string,
		message = "hello",
		config: object = {},
	): Promise<{ status: number; body: Json }> {
		const response = await ada.fetch("POST", `/api/v1/agents/${await newAgent(model, config)}/execute`, { message });
		const text = await response.text();
		answers.push(text);
		return { status: response.status, body: JSON.parse(text) };
	}

	/** The events of a streamed answer, or the first few. */
	async function stream(model: string, atMost = Number.POSITIVE_INFINITY): Promise<Json[]> {
		const request = { message: "hello", streaming: true };
		const response = await ada.fetch("POST", `/api/v1/agents/${await newAgent(model)}/execute`, request);
		const events: Json[] = [];
		for await (const event of ada.events(response)) if (events.push(event) >= atMost) break;
		answers.push(JSON.stringify(events));
		return events;
	}
});

test("a provider is its owner's: another user's agent does not reach it", async () => {
	const bob = await newPerson(instance);
	const body = { name: "Borrower", framework: "langchain", config: { model: "openai-compatible/answer" } };
	const created = await bob.fetch("POST", "/api/v1/agents", body);
	if (!created.ok) return expect(created.status).toBe(422);
	const { id } = await created.json<Json>();
	const before = server.requests.length;
	const refused = await bob.fetch("POST", `/api/v1/agents/${id}/execute`, { message: "hello" });
	expect(refused.status).toBe(422);
	expect(await refused.json()).toMatchObject({ code: "provider_not_configured" });
	expect(server.requests.length).toBe(before);
});

async function createAgent(config: object): Promise<string> {
	return (await ada.call("POST", "/api/v1/agents", { name: "Remote", framework: "langchain", config })).id;
}

function requestsFor(model: string): OpenAiRequest[] {
	return server.requests.filter(({ body }) => body.model === model);
}

function lastRequest(model: string): OpenAiRequest {
	const request = requestsFor(model).at(-1);
	if (!request) throw new Error(`nobody asked ${model}`);
	return request;
}
