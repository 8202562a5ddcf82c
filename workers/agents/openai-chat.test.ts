import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { ChatCompletionMessageParam, ChatCompletionTool } from "openai/resources/chat/completions";
import { expect, test, vi } from "vitest";
import { asCaller } from "../../test/support/as-caller.ts";
import { openAiAs } from "../../test/support/openai-client.ts";
import { objectOf, scripted } from "./testing.ts";

const ada = asCaller("usr_ada");
const openai = openAiAs("usr_ada");
const user = (content: string): ChatCompletionMessageParam => ({ role: "user", content });
const weather: ChatCompletionTool = {
	type: "function",
	function: {
		name: "weather",
		description: "The weather in a city.",
		parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
	},
};

function uniqueName(): string {
	return `Agent ${crypto.randomUUID()}`;
}

test("an agent answers as a chat completion, under its id and under its name", async () => {
	const name = uniqueName();
	const { id } = await scripted(ada, [{ say: "You said: {{message}}" }], {}, { name });
	for (const model of [id, name]) {
		const completion = await openai.chat.completions.create({ model, messages: [user("hello")] });
		expect(completion).toMatchObject({
			id: expect.stringMatching(/^chatcmpl-/),
			object: "chat.completion",
			created: expect.any(Number),
			model,
			choices: [{ index: 0, message: { role: "assistant", content: "You said: hello" }, finish_reason: "stop" }],
		});
		const { prompt_tokens: prompt, completion_tokens: answer, total_tokens: total } = completion.usage!;
		expect([prompt > 0, answer > 0, total]).toEqual([true, true, prompt + answer]);
	}
});

test("streams the same answer in pieces, with its usage where it is asked for", async () => {
	const { id: model } = await scripted(ada, [{ say: "one two three four", chunks: 4, delayMs: 60 }]);
	const messages = [user("count")];
	const chunks = await Array.fromAsync(
		await openai.chat.completions.create({ model, messages, stream: true, stream_options: { include_usage: true } }),
	);
	expect(chunks.filter(({ choices }) => choices[0]?.delta.content).length).toBeGreaterThan(2);
	expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join("")).toBe("one two three four");
	expect(chunks[0]!.choices[0]!.delta.role).toBe("assistant");
	expect(chunks.at(-2)!.choices[0]).toMatchObject({ delta: {}, finish_reason: "stop" });
	expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: expect.any(Number) } });
	expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);

	const plain = await Array.fromAsync(await openai.chat.completions.create({ model, messages, stream: true }));
	expect(plain.every(({ usage }) => usage === undefined)).toBe(true);
});

test("the stream ends with [DONE], and each event is one JSON line", async () => {
	const { id: model } = await scripted(ada, [{ say: "line\nbreak" }]);
	const response = await ada.post("/v1/chat/completions", { model, messages: [user("hi")], stream: true });
	expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
	const events = (await response.text()).split("\n\n");
	expect(events.slice(-2)).toEqual(["data: [DONE]", ""]);
	for (const event of events.slice(0, -2)) JSON.parse(event.slice("data: ".length));
});

test("the package's own stream helper puts the answer together", async () => {
	const { id: model } = await scripted(ada, [{ call: "current_time" }, { say: "It is late." }], {
		tools: ["current_time"],
	});
	const stream = openai.chat.completions.stream({ model, messages: [user("when?")] });
	expect(await stream.finalContent()).toBe("It is late.");
	expect((await stream.finalChatCompletion()).choices[0]!.finish_reason).toBe("stop");
});

test("what the agent says before and after its own tools are paragraphs of one answer, streamed or not", async () => {
	const script = [{ say: "Let me see." }, { call: "current_time" }, { say: "It is late." }];
	const { id: model } = await scripted(ada, script, { tools: ["current_time"] });
	const messages = [user("when?")];
	const { choices } = await openai.chat.completions.create({ model, messages });
	expect(choices[0]!.message).toMatchObject({ content: "Let me see.\n\nIt is late." });
	expect(choices[0]!.message.tool_calls).toBeUndefined();
	expect(await openai.chat.completions.stream({ model, messages }).finalContent()).toBe("Let me see.\n\nIt is late.");
});

test.each([false, true])("a client's own tool goes round: call, result, answer (streamed: %s)", async (streamed) => {
	const script = [{ say: "Wait." }, { call: "weather", input: { city: "Rome" } }, { say: "It is {{result}}." }];
	const { id: model } = await scripted(ada, script);
	const messages = [user("How is the weather in Rome?")];
	const complete = async () =>
		streamed
			? await openai.chat.completions.stream({ model, messages, tools: [weather] }).finalChatCompletion()
			: await openai.chat.completions.create({ model, messages, tools: [weather] });
	const first = (await complete()).choices[0]!;
	expect(first).toMatchObject({
		finish_reason: "tool_calls",
		message: {
			content: "Wait.",
			tool_calls: [{ id: "call_1", type: "function", function: { name: "weather", arguments: '{"city":"Rome"}' } }],
		},
	});
	messages.push(first.message, { role: "tool", tool_call_id: "call_1", content: "sunny" });
	const second = await complete();
	expect(second.choices[0]).toMatchObject({ finish_reason: "stop", message: { content: "It is sunny." } });
});

test("the package runs a client's tool by itself", async () => {
	const { id: model } = await scripted(ada, [
		{ call: "weather", input: { city: "Rome" } },
		{ say: "It is {{result}}." },
	]);
	const runner = openai.chat.completions.runTools({
		model,
		messages: [user("Rome?")],
		tools: [
			{
				type: "function",
				function: {
					...weather.function,
					parse: JSON.parse,
					function: ({ city }: { city: string }) => `fine in ${city}`,
				},
			},
		],
	} as never);
	expect(await runner.finalContent()).toBe("It is fine in Rome.");
});

test("earlier messages are the conversation, and nothing of it is counted as the agent's own work", async () => {
	const script = [[{ say: "first" }], [{ say: "second" }], [{ say: "third: {{message}}" }]];
	const { id: model } = await scripted(ada, script, { limits: { steps: 1 } });
	const { choices, usage } = await openai.chat.completions.create({
		model,
		messages: [
			{ role: "system", content: "Be brief." },
			user("a"),
			{ role: "assistant", content: "first" },
			{ role: "user", content: [{ type: "text", text: "b" }] },
			{ role: "assistant", content: [{ type: "text", text: "second" }] },
			user("c"),
		],
	});
	expect(choices[0]!.message.content).toBe("third: c");
	const short = await openai.chat.completions.create({ model, messages: [user("a")] });
	expect(usage!.prompt_tokens).toBeGreaterThan(short.usage!.prompt_tokens);
});

test("a conversation of any length keeps its order", async () => {
	const script = Array.from({ length: 8 }, (_, i) => [{ say: `turn ${i}: {{message}}` }]);
	const { id: model } = await scripted(ada, script, { limits: { tokens: 10_000_000 } });
	const long = Array.from({ length: 6 }, (_, i) => user(`${i} ${"word ".repeat(40_000)}`));
	const { choices } = await openai.chat.completions.create({ model, messages: [...long, user("last")] });
	expect(choices[0]!.message.content).toBe("turn 6: last");
});

test("the model sees the agent's system prompt first, then the client's", async () => {
	const { id: model } = await scripted(ada, [{ say: "ok" }], { systemPrompt: "You are an agent." });
	const base = await openai.chat.completions.create({ model, messages: [user("a")] });
	const more = await openai.chat.completions.create({
		model,
		messages: [{ role: "developer", content: "Speak like a pirate." }, user("a")],
	});
	expect(more.usage!.prompt_tokens).toBeGreaterThan(base.usage!.prompt_tokens);
});

test.each(["max_tokens", "max_completion_tokens"])("%s cuts the answer", async (limit) => {
	const { id: model } = await scripted(ada, [{ say: "one two three four five six" }]);
	const { choices } = await openai.chat.completions.create({ model, messages: [user("count")], [limit]: 2 } as never);
	expect(choices[0]!.finish_reason).toBe("length");
	expect(choices[0]!.message.content!.length).toBeLessThan(12);
});

test.each([false, true])("a question to the user is an answer (streamed: %s)", async (streamed) => {
	const { id: model } = await scripted(ada, [{ say: "Hm." }, { ask: "Which city?" }], { tools: ["ask_user"] });
	const messages = [user("How is the weather?")];
	const completion = streamed
		? await openai.chat.completions.stream({ model, messages }).finalChatCompletion()
		: await openai.chat.completions.create({ model, messages });
	expect(completion.choices[0]).toMatchObject({ finish_reason: "stop", message: { content: "Hm.\n\nWhich city?" } });
});

test("takes images, and keeps neither them nor the conversation after the turn", async () => {
	const { id: model } = await scripted(ada, [{ say: "A picture." }]);
	const image = { type: "image_url" as const, image_url: { url: `data:image/png;base64,${btoa("not really")}` } };
	const linked = { type: "image_url" as const, image_url: { url: "https://example.com/cat.png" } };
	const completion = await openai.chat.completions.create({
		model,
		messages: [{ role: "user", content: [{ type: "text", text: "What is this?" }, image, linked] }],
	});
	expect(completion.choices[0]!.message.content).toBe("A picture.");
	await vi.waitFor(async () => expect((await env.ATTACHMENTS.list()).objects).toEqual([]));
	const runId = completion.id.replace("chatcmpl-", "run_");
	const kept = await runInDurableObject(objectOf(runId), (_, { storage: { sql } }) =>
		sql.exec("SELECT content FROM conversation_messages WHERE run_id = ?", runId).toArray(),
	);
	expect(kept).toEqual([]);
});

test("requests of one user share a few objects", async () => {
	const { id: model } = await scripted(ada, [{ say: "ok" }]);
	const completions = await Promise.all(
		Array.from({ length: 24 }, () => openai.chat.completions.create({ model, messages: [user("hi")] })),
	);
	const homes = new Set(completions.map(({ id }) => /^chatcmpl-(\w+)-/.exec(id)![1]));
	expect(homes.size).toBeGreaterThan(1);
	expect(homes.size).toBeLessThanOrEqual(8);
});

test("no session can be begun in the pool of another user", async () => {
	const { id: model } = await scripted(ada, [{ say: "ok" }], {}, { shared: true });
	const completion = await openai.chat.completions.create({ model, messages: [user("a secret")] });
	const home = /^chatcmpl-(\w+)-/.exec(completion.id)![1];
	const eve = asCaller("usr_eve");
	await eve.post(`/api/v1/agents/${model}/execute`, { message: "hi", sessionId: `ses_${home}` });
	expect((await eve.get(`/api/v1/agents/sessions/ses_${home}/messages`)).status).toBe(404);
	expect((await eve.get(`/v1/responses/${completion.id.replace("chatcmpl-", "resp_")}`)).status).toBe(404);
});

test("what the agent remembers belongs to sessions, which a chat completion has none of", async () => {
	const script = [{ call: "remember", input: { key: "k", value: "v" } }, { say: "{{result}}" }];
	const { id: model } = await scripted(ada, script, { tools: ["remember", "recall"] });
	const { choices } = await openai.chat.completions.create({ model, messages: [user("a")] });
	expect(choices[0]!.message.content).toContain("no tool");
});

test("Idempotency-Key makes it safe to send again", async () => {
	const { id: model } = await scripted(ada, [{ say: "ok" }]);
	const options = { headers: { "Idempotency-Key": crypto.randomUUID() } };
	const request = { model, messages: [user("hi")] };
	const [first, second] = [
		await openai.chat.completions.create(request, options),
		await openai.chat.completions.create(request, options),
	];
	expect(second).toEqual(first);
	const other = openai.chat.completions.create({ ...request, messages: [user("ho")] }, options);
	await expect(other).rejects.toMatchObject({ status: 400, code: "idempotency_key_reused" });
});

test("a client that goes away does not stop the run", async () => {
	const { id: model } = await scripted(ada, [{ say: "one two three", chunks: 3, delayMs: 80 }]);
	const stream = await openai.chat.completions.create({ model, messages: [user("count")], stream: true });
	let id = "";
	for await (const chunk of stream) {
		({ id } = chunk);
		break;
	}
	const runId = id.replace("chatcmpl-", "run_");
	const settled = await ada.get(`/api/v1/agents/executions/${runId}/stream`);
	expect(await settled.text()).toContain('"response":"one two three"');
});
