/** What the tests of the workflow-engine Worker share: graphs, and running them. */
import { env } from "cloudflare:workers";
import { expect, vi } from "vitest";
import type { ExecutionStatus, WorkflowExecution } from "#workflow-engine/execution-schema";
import type { Workflow } from "#workflow-engine/schema";
import type { TestCaller } from "../../test/support/as-caller.ts";
import { allEvents } from "../../test/support/sse-events.ts";

export const value = (id: string, value: unknown, more: object = {}) => ({
	...{ id, type: "transform", config: { value } },
	...more,
});
export const tool = (id: string, toolId: string, parameters: object = {}, more: object = {}) => ({
	...{ id, type: "tool", config: { toolId, parameters } },
	...more,
});
export const agent = (id: string, agentId: string, message: string, more: object = {}) => ({
	...{ id, type: "agent", config: { agentId, message } },
	...more,
});
export const edge = (source: string, target: string, more: object = {}) => ({
	...{ id: `${source}-${target}`, source, target },
	...more,
});
export const approval = (id: string, config: object = {}) => ({
	id,
	type: "approval",
	config: { title: "May it?", ...config },
});

/** Two steps, of which the second says what the first gave. */
export const twoSteps = {
	nodes: [
		{ id: "start", type: "start" },
		value("first", { n: "{{ input.n }}" }),
		value("second", "{{ nodes.first.output.n * 2 }}"),
	],
	edges: [edge("start", "first"), edge("first", "second")],
};

export async function newWorkflow(caller: TestCaller, fields: object = {}): Promise<Workflow> {
	return await expectJson<Workflow>(
		await caller.post("/api/v1/workflows", { name: "Test", ...twoSteps, ...fields }),
		201,
	);
}

export async function execute(
	caller: TestCaller,
	body: object,
	headers: Record<string, string> = {},
): Promise<Response> {
	return await caller.post("/api/v1/workflows/execute", body, headers);
}

/** The execution once it has ended, or waits for somebody. */
export async function run(caller: TestCaller, body: object): Promise<WorkflowExecution> {
	return await expectJson<WorkflowExecution>(await execute(caller, body, { prefer: "wait=20" }), 200);
}

export async function begin(caller: TestCaller, body: object): Promise<string> {
	const response = await execute(caller, body);
	const { executionId } = await expectJson<WorkflowExecution>(response, 202);
	expect(response.headers.get("location")).toBe(`/api/v1/workflows/executions/${executionId}`);
	return executionId;
}

export async function execution(caller: TestCaller, id: string): Promise<WorkflowExecution> {
	return await expectJson<WorkflowExecution>(await caller.get(`/api/v1/workflows/executions/${id}`), 200);
}

/** Does something to an execution. */
export async function steer(caller: TestCaller, id: string, verb: string, body?: object): Promise<Response> {
	return await caller.send("POST", `/api/v1/workflows/executions/${id}/${verb}`, body);
}

export async function reached(
	caller: TestCaller,
	id: string,
	...statuses: ExecutionStatus[]
): Promise<WorkflowExecution> {
	return await vi.waitFor(
		async () => {
			const found = await execution(caller, id);
			expect(statuses, JSON.stringify(found)).toContain(found.status);
			return found;
		},
		{ timeout: 10_000, interval: 20 },
	);
}

export async function eventsOf(caller: TestCaller, id: string) {
	const stream = await caller.get(`/api/v1/workflows/executions/${id}/stream`);
	return await allEvents(stream);
}

export async function expectJson<Body>(response: Response, status: number): Promise<Body> {
	const text = await response.text();
	expect(response.status, text).toBe(status);
	return JSON.parse(text);
}

export async function expectProblem(response: Response, status: number, code: string) {
	const problem = await expectJson<{
		code: string;
		detail: string;
		errors?: Array<{ pointer: string; detail: string; nodeId?: string }>;
	}>(response, status);
	expect(problem.code).toBe(code);
	return problem;
}

export interface MadeCall {
	toolId: string;
	input: Record<string, unknown>;
	key: string;
	userId: string;
	traceparent: string;
}

/** What the fixtures of other Workers were asked. */
export const fixtures = env as unknown as {
	TOOLS: { made(): Promise<MadeCall[]> };
	AGENTS: { statuses(): Promise<Array<{ message: string; status: string }>> };
};
