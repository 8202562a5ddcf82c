/** What the tests of the tools Worker share: custom tools, and calling them. */
import { expect } from "vitest";
import type { ExecuteToolResponse, Tool, ToolExecution } from "#tools/schema";
import type { TestCaller } from "../../test/support/as-caller.ts";

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
