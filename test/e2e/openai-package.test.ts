import OpenAI, { AuthenticationError, BadRequestError, NotFoundError, PermissionDeniedError } from "openai";
import { beforeAll, describe, expect, inject, test } from "vitest";
import type { ApiClient } from "../../scripts/api-client.ts";
import { newPerson, type Person } from "../support/people.ts";

const instance = inject("platform");
const weather = {
	type: "function" as const,
	name: "get_weather",
	parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
	strict: false,
};
const weatherScript = [{ call: "get_weather", input: { city: "Oslo" } }, { say: "Oslo is {{result}}." }];

let ada: Person;
let openai: OpenAI;
let model: string;

beforeAll(async () => {
	ada = await newPerson(instance);
	openai = await clientOf(ada);
	model = await newAgent(ada, "Echo", [{ say: "You said {{message}}.", chunks: 10, delayMs: 10 }]);
});

describe("chat completions", () => {
	const messages = [{ role: "user" as const, content: "hello" }];

	test("a whole answer, by the agent's id and by its name", async () => {
		for (const name of [model, "Echo"]) {
			const completion = await openai.chat.completions.create({ model: name, messages });
			expect(completion).toMatchObject({ object: "chat.completion", id: expect.stringMatching(/./) });
			expect(completion.choices).toMatchObject([
				{ index: 0, finish_reason: "stop", message: { role: "assistant", content: "You said hello." } },
			]);
			const { prompt_tokens, completion_tokens, total_tokens } = completion.usage!;
			expect(Math.min(prompt_tokens, completion_tokens)).toBeGreaterThan(0);
			expect(total_tokens).toBe(prompt_tokens + completion_tokens);
		}
	});

	test("streamed, in more than one piece, with the usage at the end", async () => {
		const stream = await openai.chat.completions.create({
			model,
			messages,
			stream: true,
			stream_options: { include_usage: true },
		});
		const chunks = await Array.fromAsync(stream);
		const pieces = chunks.map(({ choices }) => choices[0]?.delta.content ?? "").filter(Boolean);
		expect(pieces.join("")).toBe("You said hello.");
		expect(pieces.length).toBeGreaterThan(1);
		expect(chunks.every(({ object }) => object === "chat.completion.chunk")).toBe(true);
		expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
		expect(chunks.flatMap(({ choices }) => choices[0]?.finish_reason ?? [])).toEqual(["stop"]);
		expect(chunks.at(-1)?.usage?.total_tokens).toBeGreaterThan(0);
	});

	test("the package's own stream helper puts it together", async () => {
		const runner = openai.chat.completions.stream({ model, messages });
		expect(await runner.finalContent()).toBe("You said hello.");
	});

	test("the conversation is what the request brings along", async () => {
		const recall = await newAgent(ada, "Recall", undefined);
		const completion = await openai.chat.completions.create({
			model: recall,
			messages: [
				{ role: "system", content: "Be brief." },
				{ role: "user", content: "My name is Ada." },
				{ role: "assistant", content: "Hello Ada." },
				{ role: "user", content: "Good." },
			],
		});
		expect(completion.choices[0]?.message.content).toMatch(/\w/);
	});

	test.each([false, true])("a tool of the client's makes the round trip, stream: %s", async (stream) => {
		const agent = await newAgent(ada, `Weather ${stream}`, weatherScript);
		const { type, strict: _, ...definition } = weather;
		const tools = [{ type, function: definition }];
		const question = { role: "user" as const, content: "How is the weather in Oslo?" };
		const first = stream
			? await openai.chat.completions.stream({ model: agent, messages: [question], tools }).finalChatCompletion()
			: await openai.chat.completions.create({ model: agent, messages: [question], tools });
		const [choice] = first.choices;
		expect(choice?.finish_reason).toBe("tool_calls");
		const calls = choice?.message.tool_calls ?? [];
		expect(calls).toMatchObject([{ type: "function", function: { name: "get_weather" } }]);
		const [call] = calls;
		if (call?.type !== "function" || !choice) throw new Error("no call");
		expect(JSON.parse(call.function.arguments)).toEqual({ city: "Oslo" });
		const { role, content } = choice.message;
		const second = await openai.chat.completions.create({
			model: agent,
			messages: [
				question,
				{ role, content, tool_calls: [call] },
				{ role: "tool", tool_call_id: call.id, content: "sunny" },
			],
			tools,
		});
		expect(second.choices).toMatchObject([{ finish_reason: "stop", message: { content: "Oslo is sunny." } }]);
	});

	test("a client that leaves its stream gets an end to it", async () => {
		const endless = await newAgent(ada, "Endless", [{ say: "x".repeat(1_000), chunks: 1_000, delayMs: 50 }]);
		const stream = await openai.chat.completions.create({ model: endless, messages, stream: true });
		let pieces = 0;
		for await (const _ of stream) if (++pieces === 3) break;
		expect(stream.controller.signal.aborted).toBe(true);
	});
});

describe("responses", () => {
	test("a whole one", async () => {
		const response = await openai.responses.create({ model, input: "hello" });
		expect(response).toMatchObject({ object: "response", status: "completed", output_text: "You said hello." });
		expect(response.usage?.total_tokens).toBeGreaterThan(0);
	});

	test("streamed", async () => {
		const events = await Array.fromAsync(await openai.responses.create({ model, input: "hello", stream: true }));
		expect(events[0]?.type).toBe("response.created");
		const deltas = events.flatMap((event) => (event.type === "response.output_text.delta" ? event.delta : []));
		expect(deltas.join("")).toBe("You said hello.");
		expect(deltas.length).toBeGreaterThan(1);
		const last = events.at(-1);
		expect(last).toMatchObject({ type: "response.completed", response: { status: "completed" } });
		expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, index) => index));
	});

	test("a function call makes the round trip, on the previous response", async () => {
		const agent = await newAgent(ada, "Responding weather", weatherScript);
		const first = await openai.responses.create({ model: agent, input: "Oslo?", tools: [weather] });
		const call = first.output.find(({ type }) => type === "function_call");
		if (call?.type !== "function_call") throw new Error(`no call: ${JSON.stringify(first.output)}`);
		expect(call).toMatchObject({ name: "get_weather", arguments: '{"city":"Oslo"}' });
		const second = await openai.responses.create({
			model: agent,
			previous_response_id: first.id,
			input: [{ type: "function_call_output", call_id: call.call_id, output: "sunny" }],
			tools: [weather],
		});
		expect(second.output_text).toBe("Oslo is sunny.");
	});
});

test("models are the agents that the key's user sees", async () => {
	const models = await Array.fromAsync(openai.models.list());
	expect(models.map(({ id }) => id)).toContain(model);
	expect(models.every(({ object }) => object === "model")).toBe(true);
	expect(await openai.models.retrieve(model)).toMatchObject({ id: model, object: "model" });
	const others = await Array.fromAsync((await clientOf(await newPerson(instance))).models.list());
	expect(others.map(({ id }) => id)).not.toContain(model);
});

test("failures are the package's typed errors", async () => {
	const request = { model, messages: [{ role: "user" as const, content: "hello" }] };
	const failure = (client: OpenAI, changes: object = {}) =>
		client.chat.completions.create({ ...request, ...changes }).catch((error: unknown) => error);
	const wrongKey = new OpenAI({ apiKey: "aek_wrong", baseURL: `${instance.url}/v1`, maxRetries: 0 });
	expect(await failure(wrongKey)).toBeInstanceOf(AuthenticationError);
	const unknown = await failure(openai, { model: "agt_unknown" });
	expect(unknown).toBeInstanceOf(NotFoundError);
	expect(unknown).toMatchObject({ code: "model_not_found", type: "invalid_request_error", param: "model" });
	const malformed = await failure(openai, { messages: [] });
	expect(malformed).toBeInstanceOf(BadRequestError);
	expect(malformed).toMatchObject({ param: "messages" });
	const stranger = await clientOf(await newPerson(instance));
	expect(await failure(stranger)).toBeInstanceOf(NotFoundError);
	const reader = await clientOf(ada, ["agents:read"]);
	expect(await failure(reader)).toBeInstanceOf(PermissionDeniedError);
	expect((await Array.fromAsync(reader.models.list())).length).toBeGreaterThan(0);
});

test("a revoked key is refused at once", async () => {
	const { id, key } = await ada.call("POST", "/api/v1/api-keys", { name: "short-lived" });
	const client = new OpenAI({ apiKey: key, baseURL: `${instance.url}/v1`, maxRetries: 0 });
	await client.models.list();
	await ada.call("DELETE", `/api/v1/api-keys/${id}`);
	await expect(client.models.list()).rejects.toBeInstanceOf(AuthenticationError);
});

async function clientOf(api: ApiClient, scopes?: string[]): Promise<OpenAI> {
	const { key } = await api.call("POST", "/api/v1/api-keys", { name: "openai", ...(scopes && { scopes }) });
	return new OpenAI({ apiKey: key, baseURL: `${instance.url}/v1`, maxRetries: 0 });
}

/** An agent that plays the script, or thinks for itself without one. */
async function newAgent(api: ApiClient, name: string, script: object[] | undefined): Promise<string> {
	const config = script ? { model: "local/script", script } : { model: "local/dev" };
	return (await api.call("POST", "/api/v1/agents", { name, framework: "langchain", config })).id;
}
