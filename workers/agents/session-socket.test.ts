import { evictDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { anonymous, asCaller, type TestCaller } from "../../test/support/as-caller.ts";
import { ask, begin, cancel, eventsOf, expectProblem, newAgent, objectOf, scripted } from "./testing.ts";

const ada = asCaller("usr_ada");
const bob = asCaller("usr_bob");

// oxlint-disable-next-line typescript/no-explicit-any -- tests look into what they expect
type Frame = any;

interface Socket {
	frames: Frame[];
	/** Resolves with the first frame, seen already or to come, that this is true for. */
	seen(is: (frame: Frame) => boolean): Promise<Frame>;
	send(frame: unknown): void;
	closed: Promise<number>;
}

async function open(path: string, caller: TestCaller = ada): Promise<Socket> {
	const response = await caller.get(path, { upgrade: "websocket" });
	expect(response.status).toBe(101);
	const socket = response.webSocket!;
	const frames: Frame[] = [];
	const waiting = new Set<() => void>();
	socket.addEventListener("message", ({ data }) => {
		frames.push(JSON.parse(data as string));
		for (const wake of waiting) wake();
	});
	const closed = new Promise<number>((resolve) => socket.addEventListener("close", ({ code }) => resolve(code)));
	socket.accept();
	return {
		frames,
		closed,
		send: (frame) => socket.send(typeof frame === "string" ? frame : JSON.stringify(frame)),
		async seen(is) {
			for (;;) {
				const frame = frames.find(is);
				if (frame) return frame;
				await new Promise<void>((resolve) => waiting.add(resolve));
			}
		},
	};
}

const live = (sessionId: string, after = "") => `/api/v1/agents/sessions/${sessionId}/stream?after=${after}`;
const eventOf = (type: string) => (frame: Frame) => frame.type === "event" && frame.event.type === type;

function events({ frames }: Socket): Frame[] {
	return frames.filter(({ type }) => type === "event");
}

test("a plain socket talks to a session: messages go in, every event of every run comes out once", async () => {
	const { id } = await scripted(ada, [{ say: "echo {{message}}" }]);
	const { sessionId, executionId } = await ask(ada, id, "one");
	const socket = await open(live(sessionId));
	await socket.seen(eventOf("run.completed"));
	socket.send({ type: "message", message: "two" });
	const second = await socket.seen((frame) => eventOf("run.completed")(frame) && frame.event.runId !== executionId);
	expect(second.event.data.response).toBe("echo two");
	const expected = [...(await eventsOf(ada, executionId)), ...(await eventsOf(ada, second.event.runId))];
	expect(events(socket).map(({ event }) => [event.runId, event.seq, event.type])).toEqual(
		expected.map(({ runId, seq, type }) => [runId, seq, type]),
	);
	const cursors = events(socket).map(({ cursor }) => cursor);
	for (const [i, cursor] of cursors.entries()) {
		if (i % 5 !== 0) continue;
		const later = await open(live(sessionId, cursor));
		await later.seen(({ cursor }) => cursor === cursors.at(-1));
		expect(events(later).map(({ cursor }) => cursor)).toEqual(cursors.slice(i + 1));
	}
});

test("a hibernated socket gets what follows, and nothing twice", async () => {
	const { id } = await scripted(ada, [{ say: "echo {{message}}" }]);
	const { sessionId, executionId } = await ask(ada, id, "one");
	const socket = await open(live(sessionId));
	await socket.seen(eventOf("run.completed"));
	await evictDurableObject(objectOf(sessionId));
	socket.send({ type: "message", message: "two" });
	await socket.seen((frame) => eventOf("run.completed")(frame) && frame.event.runId !== executionId);
	const cursors = events(socket).map(({ cursor }) => cursor);
	expect(new Set(cursors).size).toBe(cursors.length);
	expect(events(socket).filter(({ event }) => event.type === "run.queued")).toHaveLength(2);
});

test("cancel, and what is no message, are frames too", async () => {
	const { id } = await scripted(ada, [{ say: "slow", delayMs: 60_000 }]);
	const { sessionId } = await begin(ada, id, "hi");
	const socket = await open(live(sessionId));
	await socket.seen(eventOf("run.started"));
	const tooLong = JSON.stringify({ type: "message", message: "x".repeat(200_001) });
	const noMessages = [
		'{"type":"message"}',
		'{"type":"message","message":7}',
		'{"type":"message","message":""}',
		tooLong,
	];
	const bads = ["no json", "[]", "null", '{"type":"x"}', ...noMessages];
	for (const bad of bads) {
		const count = socket.frames.filter(({ type }) => type === "error").length;
		socket.send(bad);
		await socket.seen(({ type }) => type === "error" && socket.frames.filter((f) => f.type === "error").length > count);
	}
	expect(socket.frames.filter(({ type }) => type === "error")).toHaveLength(bads.length);
	expect(socket.frames.find(({ type }) => type === "error")).toMatchObject({ error: { code: "invalid_input" } });
	socket.send({ type: "message", message: "too early" });
	expect(await socket.seen(({ error }) => error?.code === "run_in_progress")).toBeDefined();
	socket.send({ type: "cancel" });
	await socket.seen(eventOf("run.cancelled"));
});

test("clients of the agents SDK get identity and state, and call send and cancel", async () => {
	const { id } = await scripted(ada, [[{ say: "echo {{message}}" }], [{ say: "slow", delayMs: 60_000 }]]);
	const { sessionId } = await ask(ada, id, "one");
	const socket = await open(live(sessionId));
	expect(await socket.seen(({ type }) => type === "cf_agent_identity")).toMatchObject({ stateFollows: true });
	expect(await socket.seen(({ type }) => type === "cf_agent_state")).toMatchObject({
		state: { sessionId, agentId: id, status: "idle" },
	});
	socket.send({ type: "rpc", id: "1", method: "send", args: ["two"] });
	const sent = await socket.seen((frame) => frame.type === "rpc" && frame.id === "1");
	expect(sent).toMatchObject({ success: true, result: { executionId: expect.stringMatching(/^run_/) } });
	await socket.seen((frame) => frame.type === "cf_agent_state" && frame.state.status === "running");
	socket.send({ type: "rpc", id: "2", method: "cancel", args: [] });
	expect(await socket.seen((frame) => frame.type === "rpc" && frame.id === "2")).toMatchObject({ success: true });
	await socket.seen((frame) => frame.event?.runId === sent.result.executionId && eventOf("run.cancelled")(frame));
	for (const method of ["drive", "erase", "constructor", "forgetAll"]) {
		socket.send({ type: "rpc", id: method, method, args: [] });
		expect(await socket.seen((frame) => frame.type === "rpc" && frame.id === method)).toMatchObject({ success: false });
	}
	socket.send({ type: "cf_agent_state", state: { status: "forged" } });
	expect(await socket.seen(({ type }) => type === "cf_agent_state_error")).toBeDefined();
});

test("revoking a login closes its sockets with 4401, of sessions and of executions, and no others", async () => {
	const { id } = await scripted(ada, [{ say: "slow", delayMs: 60_000 }]);
	const { sessionId, executionId } = await begin(ada, id, "hi");
	const execution = `/api/v1/agents/executions/${executionId}/stream`;
	const other = asCaller("usr_admin", "admin");
	const hers = [await open(live(sessionId)), await open(execution)];
	const capnweb = await open(`/api/v1/agents/sessions/${sessionId}/stream?__agents_transport=capnweb`);
	const his = await open(live(sessionId), other);
	const close = async (path: string, credentialId: string) =>
		(await anonymous.post("/internal/close-sockets", { path, credentialId })).status;
	expect(await close(`/api/v1/agents/sessions/${sessionId}/stream`, "cred_usr_ada")).toBe(204);
	expect(await Promise.all([...hers, capnweb].map(({ closed }) => closed))).toEqual([4401, 4401, 4401]);
	await cancel(ada, executionId);
	await his.seen(eventOf("run.cancelled"));
	expect(await close(execution, "cred_usr_bob")).toBe(204);
	expect(await close(`/api/v1/agents/${id}`, "cred_usr_ada")).toBe(404);
	expect(await close("/api/v1/agents/sessions/none/stream", "cred_usr_ada")).toBe(404);
	expect(await close(execution, "")).toBe(422);
});

test("an execution's socket has the same events as its stream", async () => {
	const { id } = await newAgent(ada);
	const { executionId } = await ask(ada, id, "count to 20");
	const socket = await open(`/api/v1/agents/executions/${executionId}/stream?after=2`);
	expect(await socket.closed).toBe(1000);
	expect(socket.frames).toEqual(await eventsOf(ada, executionId, 2));
});

test("there is no socket without the right to the session", async () => {
	const { id } = await newAgent(ada);
	const { sessionId, executionId } = await ask(ada, id, "hi");
	for (const path of [live(sessionId), `/api/v1/agents/executions/${executionId}/stream`]) {
		await expectProblem(await bob.get(path, { upgrade: "websocket" }), 404, "not_found");
	}
});

test("a session that is erased closes its sockets", async () => {
	const { id } = await newAgent(ada);
	const { sessionId } = await ask(ada, id, "hi");
	const socket = await open(live(sessionId));
	await ada.send("DELETE", `/api/v1/agents/sessions/${sessionId}`);
	expect(await socket.closed).toBe(4404);
});
