import { AgentClient } from "agents/client";
import { expect, inject, onTestFinished, test, vi } from "vitest";
import type { ApiClient, Json } from "../../scripts/api-client.ts";
import { newPerson } from "../support/people.ts";

const instance = inject("platform");
const talker = {
	name: "Talker",
	framework: "langchain",
	config: { model: "local/script", script: [{ say: "You said {{message}}.", chunks: 5, delayMs: 60 }] },
};

interface Connected {
	client: AgentClient;
	frames: Json[];
	states: Json[];
	identity: Promise<{ name: string; agent: string }>;
	errors: { code: number }[];
}

test("the agents SDK's client is told who and how the session is, sends, and hears every event", async () => {
	const ada = await newPerson(instance);
	const { agentId, sessionId } = await newSession(ada);
	const { client, frames, states, identity } = connect(ada, sessionId);
	expect(await identity).toEqual({ name: expect.any(String), agent: expect.any(String) });
	await vi.waitFor(() => expect(states.at(-1)).toMatchObject({ sessionId, agentId, status: "idle" }));
	await vi.waitFor(() => expect(typesOf(frames)).toContain("run.completed"));

	const { executionId } = await client.call<{ executionId: string }>("send", ["good evening"]);
	await vi.waitFor(() => expect(typesOf(ofRun(frames, executionId))).toContain("run.completed"), 10_000);
	const events = ofRun(frames, executionId);
	expect(events.map(({ event }) => event.seq)).toEqual(events.map((_, index) => index + 1));
	expect(textOf(events)).toBe("You said good evening.");
	expect(states.map(({ status }) => status)).toContain("running");
	await vi.waitFor(() => expect(states.at(-1)).toMatchObject({ status: "idle", executionId }));
});

test("it comes back with the cursor of its last frame, and gets what it missed once", async () => {
	const ada = await newPerson(instance);
	const { sessionId } = await newSession(ada);
	const first = connect(ada, sessionId);
	const { executionId } = await first.client.call<{ executionId: string }>("send", ["one"]);
	await vi.waitFor(() => expect(typesOf(ofRun(first.frames, executionId))).toContain("message.delta"));
	first.client.close();
	const seen = [...first.frames];
	const second = connect(ada, sessionId, seen.at(-1).cursor);
	await vi.waitFor(() => expect(typesOf(ofRun(second.frames, executionId))).toContain("run.completed"), 10_000);
	const all = [...seen, ...second.frames];
	const ours = ofRun(all, executionId);
	expect(ours.map(({ event }) => event.seq)).toEqual(ours.map((_, index) => index + 1));
	expect(new Set(all.map(({ cursor }) => cursor)).size).toBe(all.length);
});

test("its calls fail with the platform's message, and it can cancel what runs", async () => {
	const ada = await newPerson(instance);
	const slow = { ...talker, config: { model: "local/script", script: [[{ say: "ready" }], [{ wait: 60_000 }]] } };
	const { sessionId } = await newSession(ada, slow);
	const { client, frames } = connect(ada, sessionId);
	await expect(client.call("send", [""])).rejects.toThrow("The message does not fit");
	await expect(client.call("erase", [])).rejects.toThrow();
	const { executionId } = await client.call<{ executionId: string }>("send", ["sleep"]);
	await expect(client.call("send", ["more"])).rejects.toThrow("A run of this session is going on");
	await client.call("cancel", []);
	await vi.waitFor(() => expect(typesOf(ofRun(frames, executionId)).at(-1)).toBe("run.cancelled"));
	const { status } = await ada.call("GET", `/api/v1/agents/executions/${executionId}`);
	expect(status).toBe("cancelled");
});

test("it may not set the session's state", async () => {
	const ada = await newPerson(instance);
	const { sessionId } = await newSession(ada);
	const refused = vi.fn();
	const { client, states, identity } = connect(ada, sessionId, undefined, { onStateUpdateError: refused });
	await identity;
	client.setState({ status: "mine" });
	await vi.waitFor(() => expect(refused).toHaveBeenCalled());
	expect(states.filter(({ status }) => status === "mine").length).toBeLessThan(2);
	const session = await ada.call("GET", `/api/v1/agents/sessions/${sessionId}`);
	expect(session.status).toBe("active");
});

test("a logout ends it for good within a second", async () => {
	const ada = await newPerson(instance);
	const { sessionId } = await newSession(ada);
	const { identity, errors } = connect(ada, sessionId);
	await identity;
	await ada.call("POST", "/api/auth/logout", {});
	await vi.waitFor(() => expect(errors).toMatchObject([{ code: 4401 }]), 1_000);
});

async function newSession(api: ApiClient, agent: object = talker): Promise<{ agentId: string; sessionId: string }> {
	const { id } = await api.call("POST", "/api/v1/agents", agent);
	const { sessionId } = await api.call("POST", `/api/v1/agents/${id}/execute`, { message: "hello" });
	return { agentId: id, sessionId };
}

function connect(api: ApiClient, sessionId: string, after?: string, options: object = {}): Connected {
	const frames: Json[] = [];
	const states: Json[] = [];
	const errors: { code: number }[] = [];
	const { promise: identity, resolve } = Promise.withResolvers<{ name: string; agent: string }>();
	const client = new AgentClient({
		agent: "session",
		host: new URL(instance.url).host,
		basePath: `api/v1/agents/sessions/${sessionId}/stream`,
		protocol: "ws",
		protocols: ["agentic-edge", `bearer.${api.token}`],
		...(after && { query: { after } }),
		onIdentity: (name, agent) => resolve({ name, agent }),
		onStateUpdate: (state) => states.push(state),
		onConnectionError: ({ code }) => errors.push({ code }),
		...options,
	});
	client.addEventListener("message", ({ data }) => {
		const frame = JSON.parse(String(data));
		if (frame.type === "event") frames.push(frame);
	});
	onTestFinished(() => client.close());
	return { client, frames, states, identity, errors };
}

function ofRun(frames: Json[], runId: string): Json[] {
	return frames.filter(({ event }) => event.runId === runId);
}

function typesOf(frames: Json[]): string[] {
	return frames.map(({ event }) => event.type);
}

function textOf(frames: Json[]): string {
	return frames.map(({ event }) => (event.type === "message.delta" ? event.data.text : "")).join("");
}
