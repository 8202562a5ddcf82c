import { evictDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { asCaller } from "../../test/support/as-caller.ts";
import { allEvents } from "../../test/support/sse-events.ts";
import {
	type Answer,
	ask,
	begin,
	cancel,
	eventsOf,
	execute,
	execution,
	expectJson,
	expectProblem,
	newAgent,
	objectOf,
	reach,
	scripted,
} from "./testing.ts";

const ada = asCaller("usr_ada");
const bob = asCaller("usr_bob");
const viewer = asCaller("usr_viewer", "viewer");

test("an agent calls its tool, answers, and tells what it used", async () => {
	const { id } = await newAgent(ada, { tools: ["current_time"] });
	const answer = await ask(ada, id, {
		message: "What is the current time in Europe/Berlin?",
		metadata: { ticket: 7 },
	});
	expect(answer).toMatchObject({
		agentId: id,
		status: "completed",
		toolCalls: [{ toolId: "current_time", output: { iso: expect.any(String) }, duration: expect.any(Number) }],
		metadata: { ticket: 7, steps: 2, model: "local/dev", agentVersion: "1.0.0" },
		traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
	});
	const { promptTokens, completionTokens, totalTokens } = answer.usage;
	expect(promptTokens).toBeGreaterThan(0);
	expect(completionTokens).toBeGreaterThan(0);
	expect(totalTokens).toBe(promptTokens + completionTokens);
	expect(await execution(ada, answer.executionId)).toMatchObject({ status: "completed", usage: answer.usage });
});

test("context is given to the model beside the message", async () => {
	const { id } = await scripted(ada, [{ say: "{{message}}" }]);
	const { response } = await ask(ada, id, { message: "hello", context: { city: "Paris" } });
	expect(response).toContain("hello");
	expect(response).toContain('{"city":"Paris"}');
});

test("a script says, calls, waits, cites and is answered step by step", async () => {
	const { id } = await scripted(
		ada,
		[
			{ say: "Looking. " },
			{ call: "current_time", input: { timeZone: "UTC" } },
			{ wait: 1 },
			{ cite: { source: "clock", title: "The clock", url: "https://clock.example" } },
			{ say: "It is {{result}}" },
		],
		{ tools: ["current_time"] },
	);
	const answer = await ask(ada, id, "time?");
	expect(answer.response).toMatch(/^Looking\. \n\nIt is \{"timeZone":"UTC"/);
	expect(answer.citations).toMatchObject([{ source: "https://clock.example", title: "The clock", confidence: 1 }]);
	expect(
		(await eventsOf(ada, answer.executionId)).map(({ type }) => type).filter((type) => !type.endsWith("delta")),
	).toEqual([
		...["run.queued", "run.started", "step.started", "message.completed", "tool.started", "tool.completed"],
		...["step.started", "message.completed", "run.completed"],
	]);
});

test("Prefer: respond-async and wait answer 202 with the place to look", async () => {
	const { id } = await scripted(ada, [{ say: "late", delayMs: 60_000 }]);
	for (const prefer of ["respond-async", "wait=0"]) {
		const response = await execute(ada, id, "hello", { prefer });
		const { executionId, status } = await expectJson<Answer>(response, 202);
		expect(status).toBe("running");
		expect(response.headers.get("location")).toBe(`/api/v1/agents/executions/${executionId}`);
		expect(await execution(ada, executionId)).toMatchObject({ status: "running" });
		await cancel(ada, executionId);
	}
	const quick = await newAgent(ada);
	expect((await execute(ada, quick.id, "hello", { prefer: "wait=10" })).status).toBe(200);
});

test("Prefer: respond-async answers 202 whatever becomes of the run at once", async () => {
	for (const script of [[{ say: "quick" }], [{ fail: "refused", status: 400 }]]) {
		const { id } = await scripted(ada, script);
		const response = await execute(ada, id, "hello", { prefer: "respond-async" });
		const { executionId } = await expectJson<Answer>(response, 202);
		expect(response.headers.get("location")).toBe(`/api/v1/agents/executions/${executionId}`);
	}
});

test("streams, and replays the same events", async () => {
	const { id } = await newAgent(ada);
	const response = await execute(ada, id, { message: "count to 50", streaming: true });
	expect(response.headers.get("content-type")).toMatch(/^text\/event-stream/);
	const executionId = response.headers.get("x-execution-id")!;
	const live = await allEvents(response);
	expect(live.map((event) => Number(event.id))).toEqual(live.map((_, i) => i + 1));
	const text = live.filter(({ event }) => event === "message.delta").map(({ data }) => data.data.text);
	expect(text.join("")).toBe(Array.from({ length: 50 }, (_, i) => i + 1).join(" "));
	const replayed = await eventsOf(ada, executionId);
	expect(replayed.map(({ seq, type, data }) => [seq, type, data])).toEqual(
		live.map(({ id, event, data }) => [Number(id), event, data.data]),
	);
	const tail = await ada.get(`/api/v1/agents/executions/${executionId}/stream`, { "last-event-id": "3" });
	expect((await allEvents(tail)).map(({ id }) => Number(id))).toEqual(live.slice(3).map(({ id }) => Number(id)));
	const done = await ada.get(`/api/v1/agents/executions/${executionId}/stream?after=${live.length}`);
	expect(done.status).toBe(204);
	const bad = await ada.get(`/api/v1/agents/executions/${executionId}/stream?after=x`);
	await expectProblem(bad, 422, "invalid_input");
});

test("an agent may stream by default", async () => {
	const { id } = await newAgent(ada, { streaming: true });
	expect((await execute(ada, id, "say hi")).headers.get("content-type")).toMatch(/^text\/event-stream/);
	expect((await ask(ada, id, { message: "say hi", streaming: false })).response).toBe("hi");
});

test("the person answers a question, and the same execution goes on", async () => {
	const script = [{ say: "One thing. " }, { ask: "Your name?" }, { say: "Hello {{result}}" }];
	const { id } = await scripted(ada, script, { tools: ["ask_user"] });
	const first = await ask(ada, id, "hi");
	expect(first).toMatchObject({ status: "input_required", response: expect.stringContaining("Your name?") });
	const second = await ask(ada, id, { message: "Ada", sessionId: first.sessionId });
	expect(second).toMatchObject({ executionId: first.executionId, status: "completed" });
	expect(second.response).toContain("Hello Ada");
	const types = (await eventsOf(ada, first.executionId)).map(({ type }) => type);
	expect(types).toContain("run.input_required");
	expect(types).toContain("run.input_received");
});

test("a tool that fails is told to the model, which goes on", async () => {
	const script = [
		{ call: "current_time", input: { timeZone: "Mars/Base" } },
		{ call: "nothing" },
		{ say: "{{result}}" },
	];
	const { id } = await scripted(ada, script, { tools: ["current_time"] });
	const { response, toolCalls } = await ask(ada, id, "hi");
	expect(toolCalls).toMatchObject([{ output: 'There is no time zone "Mars/Base".' }, { toolId: "nothing" }]);
	expect(response).toBe('There is no tool "nothing".');
});

test("a viewer runs a shared agent, but nothing that writes", async () => {
	const script = [
		{ call: "remember", input: { key: "color", value: "red" } },
		{ call: "recall" },
		{ say: "{{result}}" },
	];
	const { id } = await scripted(ada, script, { tools: ["remember", "recall"] }, { shared: true });
	const refused = await ask(viewer, id, "remember red");
	expect(refused.toolCalls).toMatchObject([{ output: expect.stringContaining("viewer") }, { output: { notes: [] } }]);
	const { toolCalls } = await ask(bob, id, "remember red");
	expect(toolCalls).toMatchObject([
		{ output: { remembered: "color" } },
		{ output: { notes: [{ key: "color", value: "red" }] } },
	]);
});

test("a tool that the agent does not name is not called, whatever the model asks for", async () => {
	const { id } = await scripted(ada, [{ call: "remember", input: { key: "a", value: "b" } }, { say: "{{result}}" }]);
	expect((await ask(ada, id, "hi")).response).toBe('There is no tool "remember".');
});

test("the limit of steps ends a run that would go on for ever", async () => {
	const script = Array.from({ length: 10 }, () => ({ call: "current_time" }));
	const { id } = await scripted(ada, script, { tools: ["current_time"], limits: { steps: 3 } });
	const response = await execute(ada, id, "loop");
	const { detail } = await expectProblem(response, 422, "limit_exceeded");
	expect(detail).toContain("3 steps");
});

test("the limit of tokens ends a run before its next step", async () => {
	const script = [{ say: "many words here ".repeat(20) }, { call: "current_time" }, { say: "never" }];
	const { id } = await scripted(ada, script, { tools: ["current_time"], limits: { tokens: 10 } });
	await expectProblem(await execute(ada, id, "hi"), 422, "limit_exceeded");
});

test("the limit of seconds ends a run in the middle of a step", async () => {
	const { id } = await scripted(ada, [{ say: "slow", delayMs: 60_000 }], { limits: { seconds: 1 } });
	await expectProblem(await execute(ada, id, "hi"), 422, "limit_exceeded");
});

test("maxTokens cuts an answer", async () => {
	const { id } = await newAgent(ada, { maxTokens: 3 });
	const { usage, metadata } = await ask(ada, id, "count to 50");
	expect(usage.completionTokens).toBe(3);
	expect(metadata.finishReason).toBe("length");
});

test("a provider that fails is named, without what it said about itself", async () => {
	const { id } = await scripted(ada, [{ say: "half" }, { fail: "out of order", status: 400 }]);
	const response = await execute(ada, id, "hi");
	await expectProblem(response, 502, "provider_error");
	const { agents } = await expectJson<{ agents: object[] }>(await ada.get("/api/v1/agents?limit=1"), 200);
	expect(agents).toHaveLength(1);
});

test("cancel closes a run at once, and what was half said is discarded", async () => {
	const { id } = await scripted(ada, [{ say: "half " }, { say: "never", delayMs: 60_000 }]);
	const { executionId, sessionId } = await begin(ada, id, "hi");
	await reach(ada, executionId, "message.delta");
	expect(await cancel(ada, executionId)).toMatchObject({ status: "cancelled", endTime: expect.any(String) });
	expect((await eventsOf(ada, executionId)).slice(-2)).toMatchObject([
		{ type: "message.discarded", data: { text: expect.stringContaining("half") } },
		{ type: "run.cancelled" },
	]);
	expect(await cancel(ada, executionId)).toMatchObject({ status: "cancelled" });
	expect((await execute(ada, id, { message: "again", sessionId }, { prefer: "respond-async" })).status).toBe(202);
});

test("a cancelled run answers whoever waits for it", async () => {
	const { id } = await scripted(ada, [{ say: "late", delayMs: 60_000 }]);
	const waiting = execute(ada, id, { message: "hi", sessionId: "waited-for" });
	const { executionId } = await expectJson<Answer>(
		await execute(
			ada,
			id,
			{ message: "second", sessionId: "waited-for", multitaskStrategy: "interrupt" },
			{ prefer: "respond-async" },
		),
		202,
	);
	await expectProblem(await waiting, 409, "cancelled");
	await cancel(ada, executionId);
});

test("50 requests at once with one Idempotency-Key are one run, also after a crash", async () => {
	const { id } = await newAgent(ada);
	const key = { "idempotency-key": crypto.randomUUID() };
	const body = { message: "say once", attachments: [{ name: "a", type: "text/plain", data: "aGk=" }] };
	const answers = await Promise.all(
		Array.from({ length: 50 }, async () => await expectJson<Answer>(await execute(ada, id, body, key), 200)),
	);
	expect(new Set(answers.map(({ executionId }) => executionId)).size).toBe(1);
	const [answer] = answers;
	expect(new Set(answers.map(({ response }) => response))).toEqual(new Set([answer!.response]));
	await evictDurableObject(objectOf(answer!.executionId));
	expect(await expectJson(await execute(ada, id, body, key), 200)).toMatchObject({ executionId: answer!.executionId });
	await expectProblem(await execute(ada, id, { message: "other" }, key), 422, "idempotency_key_reused");
	const { id: shared } = await newAgent(ada, {}, { shared: true });
	const his = await expectJson<Answer>(await execute(bob, shared, "say his", key), 200);
	expect(his.executionId).not.toBe(answer!.executionId);
	await expectProblem(await execute(ada, id, "x", { "idempotency-key": "no spaces" }), 422, "invalid_input");
});

test("input that would not fit into a row is refused", async () => {
	const { id } = await newAgent(ada);
	const big = "x".repeat(1_000_000);
	for (const body of [{ context: big }, { metadata: { big } }, { context: { list: [big, big] } }]) {
		await expectProblem(await execute(ada, id, { message: "hi", ...body }), 422, "invalid_input");
	}
	expect((await ask(ada, id, { message: "日".repeat(200_000), context: "日".repeat(190_000) })).status).toBe(
		"completed",
	);
});

test("a run keeps the version of the agent with which it began", async () => {
	const { id } = await scripted(ada, [{ ask: "More?" }, { say: "old" }], { tools: ["ask_user"] });
	const { sessionId } = await ask(ada, id, "hi");
	const config = { model: "local/script", script: [{ say: "new" }] };
	await ada.send("PATCH", `/api/v1/agents/${id}`, { config });
	const answer = await ask(ada, id, { message: "yes", sessionId });
	expect(answer).toMatchObject({ metadata: { agentVersion: "1.0.0" } });
	expect(answer.response).toContain("old");
	expect(await ask(ada, id, { message: "hi", sessionId })).toMatchObject({ response: "new" });
});
