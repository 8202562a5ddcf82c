import { describe, expect, test } from "vitest";
import type { Tool } from "#tools/schema";
import { asCaller } from "../../test/support/as-caller.ts";
import { call, doubler, execute, expectJson, expectProblem, newName, newTool, toolOf } from "./testing.ts";

const ada = asCaller("usr_ada");
const bob = asCaller("usr_bob");
const viewer = asCaller("usr_viewer", "viewer");

interface ToolPage {
	tools: Tool[];
	total: number;
	nextCursor?: string;
}

async function list(query: string, caller = ada): Promise<ToolPage> {
	return await expectJson<ToolPage>(await caller.get(`/api/v1/tools${query}`), 200);
}

describe("the registry", () => {
	test("pages through custom tools, newest first, and then the standard ones, each once", async () => {
		const owner = asCaller("usr_pages");
		const own: string[] = [];
		for (let i = 0; i < 3; i++) own.unshift((await newTool(owner)).id);
		const { total } = await list("?limit=1", owner);
		const seen: string[] = [];
		for (let query: string | undefined = "?limit=7"; query;) {
			const page: ToolPage = await list(query, owner);
			seen.push(...page.tools.map(({ id }) => id));
			query = page.nextCursor && `?limit=7&cursor=${page.nextCursor}`;
		}
		expect(seen.slice(0, 3)).toEqual(own);
		expect(seen).toHaveLength(total);
		expect(new Set(seen).size).toBe(total);
		const standard = seen.slice(3);
		expect(standard.length).toBeGreaterThanOrEqual(20);
		expect(standard).toEqual(standard.toSorted());
	});

	test("filters by type, category, status and words", async () => {
		const owner = asCaller("usr_filters");
		const { id, name } = await newTool(owner, { description: "Weighs elephants." });
		await expectJson(await owner.send("PATCH", `/api/v1/tools/${id}`, { status: "inactive" }), 200);
		expect(await list("?type=custom", owner)).toMatchObject({ total: 1, tools: [{ id, name, type: "custom" }] });
		expect((await list("?search=ELEPHANT", owner)).tools.map((tool) => tool.id)).toEqual([id]);
		expect((await list("?search=%25", owner)).tools.map((tool) => tool.type)).not.toContain("custom");
		expect((await list("?status=active&type=custom", owner)).total).toBe(0);
		const { tools } = await list("?category=math&limit=100", owner);
		expect(new Set(tools.map(({ category }) => category))).toEqual(new Set(["math"]));
		await expectProblem(await owner.get("/api/v1/tools?type=magic"), 422, "invalid_input");
		await expectProblem(await owner.get("/api/v1/tools?cursor=x"), 422, "invalid_input");
	});

	test("shows parameters as the specification has them, derived from the schema", async () => {
		const tool = await newTool(ada);
		expect(tool).toMatchObject({
			type: "custom",
			status: "active",
			version: "1.0.0",
			parameters: { n: { type: "number", description: "What to double.", required: true, example: 2 } },
			output: { type: "object", example: { twice: 4 } },
			healthUrl: `http://domain/api/v1/tools/${tool.id}/health`,
		});
		const { tools } = await list("?type=standard&limit=100");
		for (const { id, inputSchema, examples, description } of tools) {
			expect(inputSchema, id).toMatchObject({ type: "object" });
			expect(examples.length, id).toBeGreaterThan(0);
			expect(description.length, id).toBeGreaterThan(20);
		}
	});

	test("keeps a tool to its owner, unless it is shared", async () => {
		const { id } = await newTool(ada);
		await expectProblem(await bob.get(`/api/v1/tools/${id}`), 404, "not_found");
		await expectProblem(await execute(bob, id, { n: 1 }), 404, "not_found");
		await expectJson(await ada.send("PATCH", `/api/v1/tools/${id}`, { shared: true }), 200);
		expect((await call(bob, id, { n: 2 })).result).toEqual({ twice: 4 });
		await expectProblem(await bob.send("PATCH", `/api/v1/tools/${id}`, { description: "mine" }), 403, "forbidden");
		await expectProblem(await bob.send("DELETE", `/api/v1/tools/${id}`), 403, "forbidden");
		expect((await ada.send("DELETE", `/api/v1/tools/${id}`)).status).toBe(204);
		await expectProblem(await ada.get(`/api/v1/tools/${id}`), 404, "not_found");
	});

	test("counts a version for every change, and lets a tool be switched off", async () => {
		const { id } = await newTool(ada);
		const source = "export function run({ n }) { return { twice: n + n }; }";
		const changed = await expectJson<Tool>(await ada.send("PATCH", `/api/v1/tools/${id}`, { source }), 200);
		expect(changed).toMatchObject({ version: "1.0.1", source, description: doubler.description });
		await expectJson(await ada.send("PATCH", `/api/v1/tools/${id}`, { status: "inactive" }), 200);
		expect(await expectJson(await ada.get(`/api/v1/tools/${id}/health`), 200)).toMatchObject({ status: "unhealthy" });
		await expectProblem(await execute(ada, id, { n: 1 }), 409, "conflict");
	});

	test("has one tool of a name an owner, and leaves standard tools as they are", async () => {
		const name = newName();
		await newTool(ada, { name });
		await expectProblem(await ada.post("/api/v1/tools", { name, ...doubler }), 409, "conflict");
		await newTool(bob, { name });
		await expectProblem(await ada.send("DELETE", "/api/v1/tools/math_evaluate"), 403, "forbidden");
	});
});

describe("what is no tool is not saved", () => {
	const object = { type: "object" };
	test.each([
		["a source that does not parse", { source: "export function run( {" }, "/source"],
		["a source without a function", { source: "export const run = 1;" }, "/source"],
		["a source that never ends", { source: "while (true) {} export function run() {}" }, "/source"],
		["a schema of something else", { inputSchema: { type: "string" } }, "/inputSchema"],
		["a schema with a pattern", { inputSchema: { ...object, properties: { a: { pattern: "(a+)+$" } } } }, undefined],
		["a schema that points elsewhere", { inputSchema: { ...object, $ref: "https://example.com/x" } }, undefined],
		["a schema that is nonsense", { inputSchema: { ...object, allOf: 3 } }, undefined],
		["an example that does not fit", { examples: [{ input: { n: "two" } }] }, undefined],
		["a name that models cannot say", { name: "Double It!" }, "/name"],
	])("%s", async (_, fields, pointer) => {
		const { errors } = await expectProblem(
			await ada.post("/api/v1/tools", { name: newName(), ...doubler, ...fields }),
			422,
			"invalid_input",
		);
		expect(errors!.length).toBeGreaterThan(0);
		if (pointer) expect(errors![0]!.pointer).toBe(pointer);
	});

	test("but a property may be called like a keyword", async () => {
		const inputSchema = { ...object, properties: { pattern: { type: "string" }, $ref: { type: "string" } } };
		const { id } = await toolOf(ada, "export function run({ pattern }) { return pattern; }", { inputSchema });
		expect((await call(ada, id, { pattern: "p", $ref: "r" })).result).toBe("p");
	});
});

describe("a call", () => {
	test("of a standard tool answers as the specification has it", async () => {
		expect(await call(ada, "math_evaluate", { expression: "2 + 3" })).toMatchObject({
			toolId: "math_evaluate",
			status: "success",
			executionTime: expect.any(Number) as number,
			metadata: { version: "1.0.0", capabilities: ["standard"] },
			traceId: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
		});
	});

	test("with parameters that do not fit says where, and calls nothing", async () => {
		const { id } = await newTool(ada);
		const custom = await expectProblem(await execute(ada, id, { n: "two", more: 1 }), 422, "invalid_input");
		expect(custom.errors!.map(({ pointer }) => pointer)).toContain("/parameters/n");
		const standard = await expectProblem(await execute(ada, "math_evaluate", { expression: 7 }), 422, "invalid_input");
		expect(standard.errors).toMatchObject([{ pointer: "/parameters/expression" }]);
		await expectProblem(await execute(ada, "math_evaluate", {}, { timeout: -1 }), 422, "invalid_input");
		await expectProblem(await execute(ada, "nothing", {}), 404, "not_found");
	});

	test("of a tool that throws is an error with its message and its log, not a failed request", async () => {
		const { id } = await toolOf(ada, 'export function run() { console.log("here"); throw new Error("no luck"); }');
		expect(await call(ada, id, {})).toMatchObject({
			status: "error",
			result: null,
			error: expect.stringContaining("no luck"),
		});
		const { id: talks } = await toolOf(ada, 'export function run() { console.log("one", 2); return 3; }');
		expect(await call(ada, talks, {})).toMatchObject({ status: "success", result: 3, logs: ["one 2"] });
	});

	test("of a tool that never ends is stopped at its time", async () => {
		const { id } = await toolOf(ada, "export function run() { while (true); }", { timeout: 200 });
		const started = performance.now();
		expect(await call(ada, id, {})).toMatchObject({ status: "timeout", result: null });
		expect(await call(ada, id, {}, { timeout: 60 })).toMatchObject({ status: "timeout" });
		expect(performance.now() - started).toBeLessThan(200 + 60 + 2 * 250);
	});

	test("of a tool whose result does not fit its own schema is an error", async () => {
		const { id } = await newTool(ada, { source: 'export function run() { return { twice: "four" }; }' });
		expect(await call(ada, id, { n: 1 })).toMatchObject({ status: "error", result: null });
	});

	test("by a viewer works where it changes nothing", async () => {
		expect((await call(viewer, "math_evaluate", { expression: "1 + 1" })).status).toBe("success");
		await expectProblem(await execute(viewer, "file_write", { path: "a.txt", content: "x" }), 403, "forbidden");
	});

	test("takes nobody's word for who calls", async () => {
		const body = { parameters: { path: "mine.txt", content: "ada's" }, context: { userId: "usr_bob" } };
		await expectJson(await ada.post("/api/v1/tools/file_write/execute", body), 200);
		const read = { parameters: { path: "mine.txt" }, context: { userId: "usr_ada" } };
		const theirs = await bob.post("/api/v1/tools/file_read/execute", read);
		expect(await theirs.text()).not.toContain("ada's");
		expect((await call(ada, "file_read", { path: "mine.txt" })).result).toMatchObject({ content: "ada's" });
	});
});
