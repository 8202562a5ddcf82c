import type { ResponseStreamEvent, Tool } from "openai/resources/responses/responses";
import { expect, test } from "vitest";
import { asCaller } from "../../test/support/as-caller.ts";
import { openAiAs } from "../../test/support/openai-client.ts";
import { ask, messages, scripted } from "./testing.ts";

const ada = asCaller("usr_ada");
const openai = openAiAs("usr_ada");
const weather: Tool = {
	type: "function",
	name: "weather",
	description: "The weather in a city.",
	parameters: { type: "object", properties: { city: { type: "string" } } },
	strict: false,
};

test("an agent answers as a response, which can be got again", async () => {
	const { id: model } = await scripted(ada, [{ say: "You said: {{message}}" }]);
	const response = await openai.responses.create({
		model,
		input: "hello",
		instructions: "Be brief.",
		temperature: 0.3,
		max_output_tokens: 50,
		metadata: { ticket: "7" },
	});
	expect(response).toMatchObject({
		id: expect.stringMatching(/^resp_/),
		object: "response",
		status: "completed",
		output_text: "You said: hello",
		output: [{ type: "message", role: "assistant", content: [{ type: "output_text", text: "You said: hello" }] }],
		instructions: "Be brief.",
		temperature: 0.3,
		max_output_tokens: 50,
		metadata: { ticket: "7" },
		previous_response_id: null,
		error: null,
		usage: { input_tokens: expect.any(Number), output_tokens: expect.any(Number) },
	});
	expect(await openai.responses.retrieve(response.id)).toEqual(response);
});

test("streams typed events that add up to the response", async () => {
	const { id: model } = await scripted(ada, [{ say: "one two three", chunks: 3, delayMs: 60 }]);
	const events = await Array.fromAsync(await openai.responses.create({ model, input: "count", stream: true }));
	const types = events.map(({ type }) => type);
	expect(types.filter((type) => type !== "response.output_text.delta")).toEqual([
		"response.created",
		"response.in_progress",
		"response.output_item.added",
		"response.content_part.added",
		"response.output_text.done",
		"response.content_part.done",
		"response.output_item.done",
		"response.completed",
	]);
	expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, i) => i));
	expect(deltas(events)).toBe("one two three");
	const { response } = events.at(-1) as Extract<ResponseStreamEvent, { type: "response.completed" }>;
	expect(await openai.responses.retrieve(response.id)).toMatchObject({ id: response.id, output: response.output });
});

test("the package's own stream helper puts the response together", async () => {
	const { id: model } = await scripted(ada, [{ say: "Hm." }, { call: "weather", input: { city: "Rome" } }]);
	const final = await openai.responses.stream({ model, input: "Rome?", tools: [weather] }).finalResponse();
	expect(final.output_text).toBe("Hm.");
	expect(final.output[1]).toMatchObject({ type: "function_call", name: "weather", arguments: '{"city":"Rome"}' });
	expect(final.usage!.total_tokens).toBeGreaterThan(0);
});

test("previous_response_id goes on in the same session", async () => {
	const { id: model } = await scripted(ada, [[{ say: "first" }], [{ say: "second: {{message}}" }], [{ say: "third" }]]);
	const first = await openai.responses.create({ model, input: "a" });
	const second = await openai.responses.create({ model, input: "b", previous_response_id: first.id });
	expect(second).toMatchObject({ output_text: "second: b", previous_response_id: first.id });
	const third = openai.responses.stream({ model, input: "c", previous_response_id: second.id });
	expect((await third.finalResponse()).output_text).toBe("third");
	const session = `ses_${/^resp_(\w+)-/.exec(first.id)![1]}`;
	const said = (await messages(ada, session)).map(({ role, content }) => `${role}: ${content}`).toReversed();
	expect(said).toEqual([
		"user: a",
		"assistant: first",
		"user: b",
		"assistant: second: b",
		"user: c",
		"assistant: third",
	]);
});

test("goes on from a run that was started elsewhere", async () => {
	const { id: model } = await scripted(ada, [[{ say: "first" }], [{ say: "second" }]]);
	const { executionId } = await ask(ada, model, "a");
	const previous = executionId.replace("run_", "resp_");
	const response = await openai.responses.create({ model, input: "b", previous_response_id: previous });
	expect(response.output_text).toBe("second");
});

test.each([false, true])("a client's own tool goes round in the session (streamed: %s)", async (streamed) => {
	const { id: model } = await scripted(ada, [
		{ call: "weather", input: { city: "Rome" } },
		{ say: "It is {{result}}." },
	]);
	const create = async (body: object) =>
		streamed
			? await openai.responses.stream({ model, tools: [weather], ...body } as never).finalResponse()
			: await openai.responses.create({ model, tools: [weather], ...body } as never);
	const first = await create({ input: "Rome?" });
	expect(first.output).toMatchObject([{ type: "function_call", call_id: "call_1", name: "weather" }]);
	const input = [{ type: "function_call_output", call_id: "call_1", output: "sunny" }];
	const second = await create({ input, previous_response_id: first.id });
	expect(second.output_text).toBe("It is sunny.");
});

test("a call without its output, and an output without its call, are refused", async () => {
	const { id: model } = await scripted(ada, [{ call: "weather" }, { say: "ok" }]);
	const first = await openai.responses.create({ model, input: "Rome?", tools: [weather] });
	const goOn = openai.responses.create({ model, input: "And?", previous_response_id: first.id });
	await expect(goOn).rejects.toMatchObject({ status: 400, param: "input", message: expect.stringContaining("call_1") });
	const stray = [{ type: "function_call_output" as const, call_id: "call_9", output: "x" }];
	await expect(openai.responses.create({ model, input: stray })).rejects.toMatchObject({ status: 400, param: "input" });
});

test("a whole conversation can come as input", async () => {
	const { id: model } = await scripted(ada, [[{ say: "1" }], [{ call: "weather" }, { say: "2: {{result}}" }]]);
	const response = await openai.responses.create({
		model,
		store: false,
		tools: [weather],
		input: [
			{ role: "developer", content: "Be brief." },
			{ role: "user", content: "a" },
			{ type: "message", role: "assistant", content: [{ type: "output_text", text: "1" }] } as never,
			{ role: "user", content: [{ type: "input_text", text: "b" }] },
			{ type: "function_call", call_id: "call_1", name: "weather", arguments: "{}" },
			{ type: "function_call_output", call_id: "call_1", output: "fine" },
		],
	});
	expect(response).toMatchObject({ output_text: "2: fine", store: false });
	const goOn = openai.responses.create({ model, input: "c", previous_response_id: response.id });
	await expect(goOn).rejects.toMatchObject({ status: 404, param: "previous_response_id" });
});

test("a question to the user is a response, and the next one answers it", async () => {
	const { id: model } = await scripted(ada, [{ ask: "Which city?" }, { say: "{{result}} is fine." }], {
		tools: ["ask_user"],
	});
	const question = await openai.responses.create({ model, input: "Weather?" });
	expect(question).toMatchObject({ status: "completed", output_text: "Which city?" });
	const streamed = openai.responses.stream({ model, input: "Rome", previous_response_id: question.id });
	expect((await streamed.finalResponse()).output_text).toBe("Rome is fine.");
});

test("only the last response of a conversation can be continued", async () => {
	const { id: model } = await scripted(ada, [{ say: "ok" }]);
	const first = await openai.responses.create({ model, input: "a" });
	await openai.responses.create({ model, input: "b", previous_response_id: first.id });
	const again = openai.responses.create({ model, input: "c", previous_response_id: first.id });
	await expect(again).rejects.toMatchObject({ status: 400, message: expect.stringContaining("last response") });
});

test.each([
	["of another user", async () => await foreignResponse()],
	["that never was", async () => "resp_0000000000000000000000-0000000000000000000000"],
	["of no known form", async () => "resp_abc"],
])("a previous response %s does not exist", async (_, previous) => {
	const { id: model } = await scripted(ada, [{ say: "ok" }]);
	const response = openai.responses.create({ model, input: "b", previous_response_id: await previous() });
	await expect(response).rejects.toMatchObject({ status: 404, code: "previous_response_not_found" });
	await expect(openai.responses.retrieve(await previous())).rejects.toMatchObject({ status: 404 });
});

test("an answer that was cut off is incomplete", async () => {
	const { id: model } = await scripted(ada, [{ say: "one two three four" }]);
	const cut = { status: "incomplete", incomplete_details: { reason: "max_output_tokens" } };
	expect(await openai.responses.create({ model, input: "count", max_output_tokens: 2 })).toMatchObject(cut);
	const stream = openai.responses.stream({ model, input: "count", max_output_tokens: 2 });
	expect(await stream.finalResponse()).toMatchObject(cut);
});

test("in the background, and cancelled", async () => {
	const { id: model } = await scripted(ada, [{ wait: 30_000 }, { say: "late" }]);
	const { id, status } = await openai.responses.create({ model, input: "go", background: true });
	expect(["queued", "in_progress"]).toContain(status);
	expect((await openai.responses.cancel(id)).status).toBe("cancelled");
	expect((await openai.responses.retrieve(id)).status).toBe("cancelled");
});

test("a run that fails in the middle of its stream ends it with response.failed", async () => {
	const { id: model } = await scripted(ada, [{ say: "one" }, { fail: "no more" }]);
	const events = await Array.fromAsync(await openai.responses.create({ model, input: "go", stream: true }));
	expect(deltas(events)).toBe("one");
	expect(events.at(-1)).toMatchObject({
		type: "response.failed",
		response: { status: "failed", error: { code: "provider_error", message: "no more" } },
	});
});

function deltas(events: ResponseStreamEvent[]): string {
	return events.map((event) => (event.type === "response.output_text.delta" ? event.delta : "")).join("");
}

async function foreignResponse(): Promise<string> {
	const bob = asCaller("usr_bob");
	const { id } = await scripted(bob, [{ say: "mine" }]);
	return (await ask(bob, id, "hi")).executionId.replace("run_", "resp_");
}
