/** What the end-to-end tests of workflows share: graphs in few words, and running them over the API. */
import { expect, vi } from "vitest";
import type { ApiClient, Json } from "../../scripts/api-client.ts";

const executions = "/api/v1/workflows/executions";

export const executionPath = ({ executionId }: Json, verb?: string) =>
	`${executions}/${executionId}${verb ? `/${verb}` : ""}`;

export const node = (id: string, type: string, config: object = {}, more: object = {}) => ({
	id,
	type,
	config,
	...more,
});
export const value = (id: string, value: unknown, more: object = {}) => node(id, "transform", { value }, more);
export const tool = (id: string, toolId: string, parameters: object = {}, more: object = {}) =>
	node(id, "tool", { toolId, parameters }, more);

export const edge = (source: string, target: string, more: object = {}) => ({
	...{ id: `${source}-${target}`, source, target },
	...more,
});
export const onError = (source: string, target: string) => edge(source, target, { type: "error" });
/** Edges from each to the next. */
export const inRow = (...ids: string[]) => ids.slice(1).map((id, i) => edge(ids[i]!, id));

export async function newWorkflow(api: ApiClient, fields: object): Promise<Json> {
	return await api.call("POST", "/api/v1/workflows", { name: "Test", edges: [], ...fields });
}

/** An agent that plays a script. */
export async function newAgent(api: ApiClient, script: object[], tools: string[] = []): Promise<string> {
	const config = { model: "local/script", script, tools };
	return (await api.call("POST", "/api/v1/agents", { name: "Actor", framework: "langchain", config })).id;
}

/** A custom tool of this body, in which `p` are its parameters. */
export async function newTool(api: ApiClient, body: string, fields: object = {}): Promise<string> {
	const source = `export async function run(p) { ${body} }`;
	const name = `tool_${crypto.randomUUID().slice(0, 8)}`;
	const tool = { name, description: "Tests.", source, inputSchema: { type: "object" }, ...fields };
	return (await api.call("POST", "/api/v1/tools", tool)).id;
}

export async function execute(api: ApiClient, body: object, headers?: Record<string, string>): Promise<Response> {
	return await api.fetch("POST", "/api/v1/workflows/execute", body, headers);
}

/** The execution once it has ended, or waits for somebody. */
export async function run(api: ApiClient, body: object): Promise<Json> {
	const response = await execute(api, body, { prefer: "wait=30" });
	const answer = await response.json<Json>();
	expect(response.status, JSON.stringify(answer)).toBe(200);
	return answer;
}

export async function begin(api: ApiClient, body: object): Promise<Json> {
	return await api.call("POST", "/api/v1/workflows/execute", body);
}

export async function steer(api: ApiClient, execution: Json, verb: string, body?: object): Promise<Json> {
	return await api.call("POST", executionPath(execution, verb), body);
}

/** The execution as soon as it is as expected. */
export async function until(api: ApiClient, execution: Json, expected: object): Promise<Json> {
	return await vi.waitFor(
		async () => {
			const found = await api.call("GET", executionPath(execution));
			expect(found).toMatchObject(expected);
			return found;
		},
		{ timeout: 15_000, interval: 30 },
	);
}

/** Of an execution that has ended. */
export async function eventsOf(api: ApiClient, execution: Json): Promise<Json[]> {
	const stream = await api.fetch("GET", executionPath(execution, "stream"));
	return (await Array.fromAsync(api.events(stream))).map(({ data }) => data);
}

export async function expectProblem(response: Response, status: number, code: string): Promise<Json> {
	const problem = await response.json<Json>();
	expect({ status: response.status, code: problem.code }, JSON.stringify(problem)).toEqual({ status, code });
	return problem;
}
