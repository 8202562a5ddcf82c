/** What the tests of the agents Worker share: agents that do what a script says, and talking to them. */
import { env, exports } from "cloudflare:workers";
import { expect } from "vitest";
import type { AgentsClient } from "#agents/client";
import type { Agent, AgentConfig, ExecuteAgentResponse, Execution, Message } from "#agents/schema";
import type { Caller } from "#core/caller";
import { asAppError } from "#core/errors";
import type { LocalScript } from "#models/local-script-schema";
import type { RunEvent } from "#run/run";
import { homeOf } from "#run/run-id";
import type { TestCaller } from "../../test/support/as-caller.ts";
import { allEvents, sseEvents } from "../../test/support/sse-events.ts";

type Config = Partial<Omit<AgentConfig, "limits">> & { limits?: Partial<AgentConfig["limits"]> };

/** The agents domain as other Workers call it. */
export const { AgentsEntrypoint: agentsClient } = exports as unknown as { AgentsEntrypoint: AgentsClient };

/** Who asks in a call by another Worker. */
export function rpcCaller(userId: string, fields: Partial<Caller> = {}): Caller {
	return { userId, role: "user", requestId: "req_test", traceparent: "", ...fields };
}

/** The code of what a call by another Worker is refused with. */
export async function refusal(call: Promise<unknown>): Promise<string | undefined> {
	try {
		await call;
	} catch (error) {
		return asAppError(error)?.code;
	}
	throw new Error("The call was not refused.");
}

export const agentBody = { name: "Test", framework: "langchain", config: { model: "local/dev" } };

export async function newAgent(caller: TestCaller, config: Config = {}, fields: object = {}): Promise<Agent> {
	const body = { ...agentBody, ...fields, config: { model: "local/dev", ...config } };
	return await expectJson<Agent>(await caller.post("/api/v1/agents", body), 201);
}

/** An agent that plays the script. */
export async function scripted(caller: TestCaller, script: LocalScript, config: Config = {}, fields: object = {}) {
	return await newAgent(caller, { model: "local/script", script, ...config }, fields);
}

export type Answer = ExecuteAgentResponse;

export async function execute(
	caller: TestCaller,
	agentId: string,
	body: object | string,
	headers: Record<string, string> = {},
): Promise<Response> {
	const content = typeof body === "string" ? { message: body } : body;
	return await caller.post(`/api/v1/agents/${agentId}/execute`, content, headers);
}

/** The answer of an execution that is to succeed. */
export async function ask(caller: TestCaller, agentId: string, body: object | string): Promise<Answer> {
	return await expectJson<Answer>(await execute(caller, agentId, body), 200);
}

/** Starts a run without waiting for it. */
export async function begin(caller: TestCaller, agentId: string, body: object | string): Promise<Answer> {
	return await expectJson<Answer>(await execute(caller, agentId, body, { prefer: "respond-async" }), 202);
}

export async function execution(caller: TestCaller, id: string): Promise<Execution> {
	return await expectJson<Execution>(await caller.get(`/api/v1/agents/executions/${id}`), 200);
}

export async function cancel(caller: TestCaller, id: string): Promise<Execution> {
	return await expectJson<Execution>(await caller.send("POST", `/api/v1/agents/executions/${id}/cancel`), 200);
}

/** All events of an execution, once it is settled. */
export async function eventsOf(caller: TestCaller, id: string, after = 0): Promise<RunEvent[]> {
	const response = await caller.get(`/api/v1/agents/executions/${id}/stream?after=${after}`);
	return (await allEvents(response)).map(({ data }) => data);
}

/** Reads the stream of an execution until an event of this type, and leaves. */
export async function reach(caller: TestCaller, id: string, type: string): Promise<RunEvent> {
	const response = await caller.get(`/api/v1/agents/executions/${id}/stream`);
	for await (const { data } of sseEvents(response)) if (data.type === type) return data;
	throw new Error(`The execution ended without ${type}.`);
}

/** Newest first. */
export async function messages(caller: TestCaller, sessionId: string, query = ""): Promise<Message[]> {
	const response = await caller.get(`/api/v1/agents/sessions/${sessionId}/messages${query}`);
	return (await expectJson<{ messages: Message[] }>(response, 200)).messages;
}

/** The object of a session or of an execution; a new stub, because one that has seen a crash stays broken. */
export function objectOf(id: string) {
	return env.SESSIONS.getByName(id.startsWith("ses_") ? id.slice("ses_".length) : homeOf(id));
}

export async function expectJson<Body>(response: Response, status: number): Promise<Body> {
	const text = await response.text();
	expect(response.status, text).toBe(status);
	return JSON.parse(text);
}

export async function expectProblem(response: Response, status: number, code: string) {
	const problem = await expectJson<{ code: string; detail: string; errors?: object[] }>(response, status);
	expect(response.headers.get("content-type")).toBe("application/problem+json");
	expect(problem.code).toBe(code);
	return problem;
}
