import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import type { Session } from "#agents/schema";
import { asCaller } from "../../test/support/as-caller.ts";
import { sseEvents } from "../../test/support/sse-events.ts";
import {
	ask,
	begin,
	cancel,
	eventsOf,
	execute,
	execution,
	expectJson,
	expectProblem,
	messages,
	newAgent,
	objectOf,
	reach,
	scripted,
} from "./testing.ts";

const ada = asCaller("usr_ada");
const bob = asCaller("usr_bob");
const admin = asCaller("usr_admin", "admin");

async function session(id: string, caller = ada): Promise<Session> {
	return await expectJson<Session>(await caller.get(`/api/v1/agents/sessions/${id}`), 200);
}

/** An agent whose first answer takes until it is stopped; all later ones come at once and echo. */
async function slowThenEcho(config: object = {}) {
	return await scripted(ada, [[{ say: "slow", delayMs: 60_000 }], [{ say: "echo {{message}}" }]], config);
}

test("a session remembers what was said, by its id and by a name of one's own", async () => {
	const { id } = await newAgent(ada);
	const { sessionId } = await ask(ada, id, "My name is Ada.");
	expect((await ask(ada, id, { message: "What is my name?", sessionId })).response).toContain("Ada");
	expect(await session(sessionId)).toMatchObject({
		...{ id: sessionId, agentId: id, ownerId: "usr_ada", title: "My name is Ada.", status: "active", messageCount: 4 },
	});
	const named = await ask(ada, id, { message: "My name is Bea.", sessionId: "diary" });
	expect(named.sessionId).not.toBe(sessionId);
	const again = await ask(ada, id, { message: "What is my name?", sessionId: "diary" });
	expect(again).toMatchObject({ sessionId: named.sessionId, response: expect.stringContaining("Bea") });
});

test("the same name is another session for another user and for another agent", async () => {
	const { id } = await newAgent(ada, {}, { shared: true });
	const other = await newAgent(ada);
	const ids = await Promise.all([
		ask(ada, id, { message: "say a", sessionId: "same" }),
		ask(bob, id, { message: "say b", sessionId: "same" }),
		ask(ada, other.id, { message: "say c", sessionId: "same" }),
	]);
	expect(new Set(ids.map(({ sessionId }) => sessionId)).size).toBe(3);
});

test("a session of another user or another agent does not exist, and what came with the message is not kept", async () => {
	const { id } = await newAgent(ada, {}, { shared: true });
	const { sessionId } = await ask(ada, id, "say hi");
	const before = (await env.ATTACHMENTS.list()).objects.length;
	const body = { message: "hi", sessionId, attachments: [{ name: "a", type: "text/plain", data: "aGk=" }] };
	await expectProblem(await execute(bob, id, body), 404, "not_found");
	const other = await newAgent(ada);
	await expectProblem(await execute(ada, other.id, body), 404, "not_found");
	expect((await env.ATTACHMENTS.list()).objects.length).toBe(before);
	expect(await session(sessionId, admin)).toMatchObject({ messageCount: 2 });
	await expectProblem(await bob.get("/api/v1/agents/sessions/ses_nothing"), 404, "not_found");
});

test("messages are listed newest first, in pages without gap or repeat", async () => {
	const script = [{ say: "Looking" }, { call: "current_time" }, { say: "done" }];
	const { id } = await scripted(ada, script, { tools: ["current_time"] });
	const { sessionId, executionId } = await ask(ada, id, "one");
	for (const message of ["two", "three"]) await ask(ada, id, { message, sessionId });
	const all = await messages(ada, sessionId, "?limit=100");
	expect(all).toHaveLength(12);
	expect(all.slice(-4).toReversed()).toMatchObject([
		{ role: "user", content: "one", executionId },
		{ role: "assistant", content: "Looking", toolCalls: [{ toolId: "current_time" }] },
		{ role: "tool", toolId: "current_time" },
		{ role: "assistant", content: "done" },
	]);
	const paged: string[] = [];
	let query = "?limit=5";
	for (;;) {
		const page = await expectJson<{ messages: Array<{ id: string }>; nextCursor?: string }>(
			await ada.get(`/api/v1/agents/sessions/${sessionId}/messages${query}`),
			200,
		);
		paged.push(...page.messages.map((message) => message.id));
		if (!page.nextCursor) break;
		query = `?limit=5&cursor=${page.nextCursor}`;
	}
	expect(paged).toEqual(all.map((message) => message.id));
});

test("files are stored, listed, downloaded as files, and given to the model", async () => {
	const { id } = await scripted(ada, [{ say: "{{message}}" }]);
	const file = { name: 'no"te\u2028.html', type: "text/html", data: btoa("<b>secret word: tulip</b>") };
	const { sessionId, response } = await ask(ada, id, { message: "read it", attachments: [file] });
	expect(response).toContain("tulip");
	const [attachment] = (await messages(ada, sessionId)).at(-1)!.attachments;
	expect(attachment).toMatchObject({ name: file.name, type: "text/html", size: 25 });
	const path = new URL(attachment!.url).pathname;
	const download = await ada.get(path);
	expect(await download.text()).toBe("<b>secret word: tulip</b>");
	expect(download.headers.get("x-content-type-options")).toBe("nosniff");
	expect(download.headers.get("content-disposition")).toMatch(/^attachment; filename\*=UTF-8''no%22te/);
	await expectProblem(await bob.get(path), 404, "not_found");
	const { sessionId: otherSession } = await ask(ada, id, "hi");
	await expectProblem(await ada.get(path.replace(sessionId, otherSession)), 404, "not_found");
	for (const bad of [
		{ ...file, type: "text/html; charset=x\r\nA: b" },
		{ ...file, data: "***" },
		{ ...file, name: "" },
	]) {
		await expectProblem(await execute(ada, id, { message: "x", attachments: [bad] }), 422, "invalid_input");
	}
});

test("attachments keep the order in which they were sent", async () => {
	const { id } = await scripted(ada, [{ say: "{{message}}" }]);
	const names = ["z", "a", "m", "b", "y"];
	const attachments = names.map((name) => ({ name, type: "text/plain", data: btoa(name) }));
	const { sessionId } = await ask(ada, id, { message: "read them", attachments });
	const [stored] = (await messages(ada, sessionId)).filter(({ role }) => role === "user");
	expect(stored!.attachments.map(({ name }) => name)).toEqual(names);
});

test("a message during a run is refused by default", async () => {
	const { id } = await slowThenEcho();
	const { sessionId, executionId } = await begin(ada, id, "first");
	await expectProblem(await execute(ada, id, { message: "second", sessionId }), 409, "run_in_progress");
	expect((await session(sessionId)).status).toBe("running");
	await cancel(ada, executionId);
	expect((await ask(ada, id, { message: "third", sessionId })).response).toBe("echo third");
	expect((await messages(ada, sessionId)).map(({ content }) => content)).not.toContain("second");
});

test("a message during a run is queued, and does not disturb the run before it", async () => {
	const { id } = await scripted(
		ada,
		[{ say: "a" }, { call: "current_time" }, { wait: 50 }, { say: "answer to {{message}}" }],
		{ tools: ["current_time"], multitaskStrategy: "enqueue" },
	);
	const first = await begin(ada, id, "one");
	const { sessionId } = first;
	const rest = await Promise.all(["two", "three"].map((message) => ask(ada, id, { message, sessionId })));
	expect(rest.map(({ response }) => response)).toEqual(["a\n\nanswer to two", "a\n\nanswer to three"]);
	expect(await execution(ada, first.executionId)).toMatchObject({ output: { response: "a\n\nanswer to one" } });
	const said = (await messages(ada, sessionId))
		.toReversed()
		.map(({ role, content }) => (role === "user" ? content : role));
	const turn = ["assistant", "tool", "assistant"];
	expect(said).toEqual(["one", ...turn, "two", ...turn, "three", ...turn]);
});

test("a queued message waits for the answer to a question that was asked before it", async () => {
	const script = [[{ wait: 50 }, { ask: "Name?" }, { say: "Hello {{result}}" }], [{ say: "echo {{message}}" }]];
	const { id } = await scripted(ada, script, { tools: ["ask_user"], multitaskStrategy: "enqueue" });
	const first = await begin(ada, id, "hi");
	const { sessionId } = first;
	const second = await begin(ada, id, { message: "later", sessionId });
	await reach(ada, first.executionId, "run.input_required");
	expect(await execution(ada, second.executionId)).toMatchObject({ status: "queued" });
	expect((await session(sessionId)).status).toBe("input_required");
	const answered = await ask(ada, id, { message: "Ada", sessionId });
	expect(answered).toMatchObject({ executionId: first.executionId, response: "Hello Ada" });
	expect((await eventsOf(ada, second.executionId)).at(-1)).toMatchObject({ data: { response: "echo later" } });
});

test("a message that is cancelled in the queue leaves nothing in the conversation", async () => {
	const { id } = await slowThenEcho({ multitaskStrategy: "enqueue" });
	const { sessionId, executionId } = await begin(ada, id, "first");
	const queued = await begin(ada, id, { message: "second", sessionId });
	await cancel(ada, queued.executionId);
	await cancel(ada, executionId);
	expect((await messages(ada, sessionId)).map(({ content }) => content)).toEqual(["first"]);
});

test("a message may interrupt the run, and everything that is queued", async () => {
	const { id } = await slowThenEcho({ multitaskStrategy: "enqueue" });
	const first = await begin(ada, id, "first");
	const { sessionId } = first;
	const queued = await begin(ada, id, { message: "queued", sessionId });
	const { response } = await ask(ada, id, { message: "stop", sessionId, multitaskStrategy: "interrupt" });
	expect(response).toBe("echo stop");
	for (const { executionId } of [first, queued]) {
		expect(await execution(ada, executionId)).toMatchObject({ status: "cancelled" });
	}
});

test("a run that ends in the middle of a tool call leaves a conversation that models can read", async () => {
	const script = [[{ ask: "Name?" }, { say: "never" }], [{ say: "echo {{message}}" }]];
	const { id } = await scripted(ada, script, { tools: ["ask_user"] });
	const { sessionId, executionId } = await ask(ada, id, "hi");
	await cancel(ada, executionId);
	expect((await ask(ada, id, { message: "next", sessionId })).response).toBe("echo next");
	const said = (await messages(ada, sessionId)).toReversed();
	expect(said.map(({ role }) => role)).toEqual(["user", "assistant", "tool", "user", "assistant"]);
	expect(said[2]).toMatchObject({ toolId: "ask_user", content: expect.stringContaining("ended") });
});

test("sessions are listed, last used first, each to its owner", async () => {
	const cara = asCaller(`usr_${crypto.randomUUID()}`);
	const { id } = await newAgent(ada, {}, { shared: true });
	const [one, two] = [await ask(cara, id, "say one"), await ask(cara, id, "say two")];
	const list = async (caller = cara) =>
		(await expectJson<{ sessions: Session[] }>(await caller.get("/api/v1/agents/sessions"), 200)).sessions;
	await vi.waitFor(async () => expect(await list()).toHaveLength(2));
	await ask(cara, id, { message: "say more", sessionId: one.sessionId });
	await vi.waitFor(async () => expect((await list())[0]).toMatchObject({ id: one.sessionId, messageCount: 4 }));
	expect((await list())[1]).toMatchObject({ id: two.sessionId, title: "say two" });
	expect((await list(ada)).map((session) => session.id)).not.toContain(one.sessionId);
});

test("erasing a session leaves nothing of it", async () => {
	const { id } = await newAgent(ada);
	const attachments = [{ name: "a.txt", type: "text/plain", data: btoa("hi") }];
	const { sessionId, executionId } = await ask(ada, id, { message: "canary-erase", attachments });
	const fileId = (await messages(ada, sessionId)).at(-1)!.attachments[0]!.id;
	expect(await env.ATTACHMENTS.head(fileId)).not.toBeNull();
	expect((await ada.send("DELETE", `/api/v1/agents/sessions/${sessionId}`)).status).toBe(204);
	await expectProblem(await ada.get(`/api/v1/agents/sessions/${sessionId}`), 404, "not_found");
	await expectProblem(await ada.get(`/api/v1/agents/executions/${executionId}`), 404, "not_found");
	await expectProblem(await ada.send("DELETE", `/api/v1/agents/sessions/${sessionId}`), 404, "not_found");
	expect(await env.ATTACHMENTS.head(fileId)).toBeNull();
	const tables = ["agent_executions", "conversations"].map(
		async (table) => (await env.DB.prepare(`SELECT * FROM ${table}`).all()).results,
	);
	expect(JSON.stringify(await Promise.all(tables))).not.toContain("canary-erase");
	expect((await ask(ada, id, { message: "say fresh", sessionId })).sessionId).toBe(sessionId);
	expect(await messages(ada, sessionId)).toHaveLength(2);
});

test("a session whose files cannot be deleted now is still there, and is erased when asked again", async () => {
	const { id } = await newAgent(ada);
	const attachments = [{ name: "a.txt", type: "text/plain", data: btoa("hi") }];
	const { sessionId } = await ask(ada, id, { message: "say hi", attachments });
	await runInDurableObject(objectOf(sessionId), (object) => {
		const { ATTACHMENTS } = (object as unknown as { env: AgentsEnv }).env;
		vi.spyOn(ATTACHMENTS, "delete").mockRejectedValueOnce(new Error("R2 is away"));
	});
	await expectProblem(await ada.send("DELETE", `/api/v1/agents/sessions/${sessionId}`), 500, "internal_error");
	const [file] = (await messages(ada, sessionId)).at(-1)!.attachments;
	expect((await ada.send("DELETE", `/api/v1/agents/sessions/${sessionId}`)).status).toBe(204);
	expect(await env.ATTACHMENTS.head(file!.id)).toBeNull();
});

test("a session is erased while it runs: the run ends, its watchers are told, nothing comes back", async () => {
	const { id } = await slowThenEcho({ multitaskStrategy: "enqueue" });
	const { sessionId, executionId } = await begin(ada, id, "canary-running");
	const attachments = [{ name: "a.txt", type: "text/plain", data: btoa("hi") }];
	await begin(ada, id, { message: "queued", sessionId, attachments });
	const files = (await env.ATTACHMENTS.list()).objects.length;
	const watched = sseEvents(await ada.get(`/api/v1/agents/executions/${executionId}/stream`));
	await watched.next();
	expect((await ada.send("DELETE", `/api/v1/agents/sessions/${sessionId}`)).status).toBe(204);
	const seen: string[] = [];
	await (async () => {
		for await (const { event } of watched) seen.push(event!);
	})().catch(() => seen.push("broken off"));
	expect(["run.cancelled", "broken off"]).toContain(seen.at(-1));
	expect((await env.ATTACHMENTS.list()).objects.length).toBe(files - 1);
	await expectProblem(await ada.get(`/api/v1/agents/executions/${executionId}`), 404, "not_found");
	await expectProblem(await ada.get(`/api/v1/agents/sessions/${sessionId}`), 404, "not_found");
	const { results } = await env.DB.prepare("SELECT id FROM agent_executions WHERE session_id = ?")
		.bind(sessionId)
		.all();
	expect(results).toEqual([]);
});

test("nobody but its owner or an admin erases a session", async () => {
	const { id } = await newAgent(ada);
	const { sessionId } = await ask(ada, id, "say hi");
	await expectProblem(await bob.send("DELETE", `/api/v1/agents/sessions/${sessionId}`), 404, "not_found");
	expect((await admin.send("DELETE", `/api/v1/agents/sessions/${sessionId}`)).status).toBe(204);
});
