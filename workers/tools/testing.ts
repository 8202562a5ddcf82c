/** What the tests of the tools Worker share: custom tools, and calling them. */
import { expect, vi } from "vitest";
import type { RunStatus } from "#run/run";
import type { McpServer } from "#tools/mcp/schema";
import type { ExecuteToolResponse, Tool, ToolExecution } from "#tools/schema";
import type { TestCaller } from "../../test/support/as-caller.ts";
import { allEvents } from "../../test/support/sse-events.ts";

export const doubler = {
	description: "Doubles a number.",
	source: "export function run({ n }) { return { twice: n * 2 }; }",
	inputSchema: {
		type: "object",
		properties: { n: { type: "number", description: "What to double." } },
		required: ["n"],
		additionalProperties: false,
	},
	outputSchema: { type: "object", properties: { twice: { type: "number" } }, required: ["twice"] },
	examples: [{ title: "Two", input: { n: 2 }, output: { twice: 4 } }],
};

/** A name that no other test uses. */
export function newName(): string {
	return `t${crypto.randomUUID().replaceAll("-", "_")}`;
}

export async function newTool(caller: TestCaller, fields: object = {}): Promise<Tool> {
	return await expectJson<Tool>(await caller.post("/api/v1/tools", { name: newName(), ...doubler, ...fields }), 201);
}

/** What is wrong with a tool that cannot be created. */
export async function refusedTool(caller: TestCaller, fields: object) {
	const response = await caller.post("/api/v1/tools", { name: newName(), ...doubler, ...fields });
	return await expectJson<{ code: string; errors?: { pointer: string; detail: string }[] }>(response, 422);
}

/** A tool that takes anything. */
export async function toolOf(caller: TestCaller, source: string, fields: object = {}): Promise<Tool> {
	const anything = { inputSchema: { type: "object" }, outputSchema: undefined, examples: [] };
	return await newTool(caller, { ...anything, source, ...fields });
}

export async function execute(
	caller: TestCaller,
	toolId: string,
	parameters: object,
	{ headers = {}, ...fields }: { headers?: Record<string, string>; timeout?: number } = {},
): Promise<Response> {
	return await caller.post(`/api/v1/tools/${toolId}/execute`, { parameters, ...fields }, headers);
}

/** What came of a call that was made. */
export async function call(
	caller: TestCaller,
	toolId: string,
	parameters: object,
	fields: { timeout?: number } = {},
): Promise<ExecuteToolResponse> {
	return await expectJson<ExecuteToolResponse>(await execute(caller, toolId, parameters, fields), 200);
}

/** Starts a call without waiting for it. */
export async function begin(caller: TestCaller, toolId: string, parameters: object): Promise<string> {
	const response = await execute(caller, toolId, parameters, { headers: { prefer: "respond-async" } });
	const { executionId } = await expectJson<ExecuteToolResponse>(response, 202);
	expect(response.headers.get("location")).toBe(`/api/v1/tools/executions/${executionId}`);
	return executionId!;
}

/** The execution once it has one of these statuses. */
export async function reached(caller: TestCaller, id: string, ...statuses: RunStatus[]): Promise<ToolExecution> {
	return await vi.waitFor(
		async () => {
			const found = await execution(caller, id);
			expect(statuses).toContain(found.status);
			return found;
		},
		{ timeout: 10_000, interval: 20 },
	);
}

/** The types of the events of an execution so far that has ended or waits for somebody. */
export async function eventsOf(caller: TestCaller, id: string): Promise<string[]> {
	const stream = await caller.get(`/api/v1/tools/executions/${id}/stream`);
	return (await allEvents(stream)).map(({ event = "" }) => event);
}

/** What the list has, as soon as it has as many. */
export async function listed(caller: TestCaller, query: string, count: number): Promise<ToolExecution[]> {
	return await vi.waitFor(async () => {
		const response = await caller.get(`/api/v1/tools/executions?${query}`);
		const { executions } = await expectJson<{ executions: ToolExecution[] }>(response, 200);
		expect(executions).toHaveLength(count);
		return executions;
	});
}

export async function execution(caller: TestCaller, id: string): Promise<ToolExecution> {
	return await expectJson<ToolExecution>(await caller.get(`/api/v1/tools/executions/${id}`), 200);
}

export async function expectJson<Body>(response: Response, status: number): Promise<Body> {
	const text = await response.text();
	expect(response.status, text).toBe(status);
	return JSON.parse(text);
}

export async function expectProblem(response: Response, status: number, code: string) {
	const problem = await expectJson<{ code: string; detail: string; errors?: { pointer: string }[] }>(response, status);
	expect(problem.code).toBe(code);
	return problem;
}

/** An MCP server, by a name that no other test uses. */
export async function register(
	caller: TestCaller,
	fields: { url: string; [field: string]: unknown },
): Promise<McpServer> {
	const body = { name: `s${crypto.randomUUID().slice(0, 8)}`, ...fields };
	return await expectJson<McpServer>(await caller.post("/api/v1/mcp/servers", body), 201);
}

export async function serverOf(caller: TestCaller, id: string): Promise<McpServer> {
	return await expectJson<McpServer>(await caller.get(`/api/v1/mcp/servers/${id}`), 200);
}

/** All tools of a server, as its owner sees them. */
export async function toolsOf(caller: TestCaller, { id }: Pick<McpServer, "id">): Promise<Tool[]> {
	const found: Tool[] = [];
	for (let cursor: string | undefined = ""; cursor !== undefined;) {
		const page: { tools: Tool[]; nextCursor?: string } = await expectJson(
			await caller.get(`/api/v1/tools?type=mcp&limit=100${cursor && `&cursor=${cursor}`}`),
			200,
		);
		found.push(...page.tools.filter(({ serverId }) => serverId === id));
		cursor = page.nextCursor;
	}
	return found;
}

export async function toolNamed(caller: TestCaller, server: McpServer, ending: string): Promise<Tool> {
	const tool = (await toolsOf(caller, server)).find(({ name }) => name.endsWith(`__${ending}`));
	if (!tool) throw new Error(`There is no tool ${ending}.`);
	return tool;
}
