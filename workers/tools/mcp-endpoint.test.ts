import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import type { Tool } from "#tools/schema";
import { anonymous, asCaller, type TestCaller } from "../../test/support/as-caller.ts";
import { legacy, type McpAnswer, type McpResult, modern } from "../../test/support/mcp-wire.ts";
import { call as execute, doubler, expectJson, newName, newTool, toolOf } from "./testing.ts";

const ada = asCaller("usr_ada");
const bob = asCaller("usr_bob");
const eras = [
	["2026-07-28", modern],
	["2025-11-25", legacy],
] as const;

type Ask = (typeof eras)[number][1];

async function allTools(caller: TestCaller, ask: Ask = modern): Promise<NonNullable<McpResult["tools"]>> {
	const tools: NonNullable<McpResult["tools"]> = [];
	for (let cursor: string | undefined, first = true; first || cursor; first = false) {
		const { result } = await ask(caller, "tools/list", cursor === undefined ? {} : { cursor });
		tools.push(...(result?.tools ?? []));
		cursor = result?.nextCursor;
	}
	return tools;
}

function textOf({ result }: McpAnswer): string {
	return result?.content?.map(({ text }) => text).join("") ?? "";
}

describe.each(eras)("by %s", (_, ask) => {
	test("the caller's own tools come first, newest before older, then the standard ones, always in this order", async () => {
		const owner = asCaller(`usr_${newName()}`);
		const first = await newTool(owner);
		const second = await newTool(owner, { hosts: ["api.example.com"] });
		const tools = await allTools(owner, ask);
		const names = tools.map(({ name }) => name);
		expect(names.slice(0, 2)).toEqual([second.name, first.name]);
		expect(new Set(names).size).toBe(names.length);
		expect((await allTools(owner, ask)).map(({ name }) => name)).toEqual(names);
		for (const name of names) expect(name).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
		const { inputSchema, outputSchema, description } = doubler;
		expect(tools[0]).toMatchObject({ annotations: { readOnlyHint: false } });
		expect(tools[1]).toMatchObject({
			...{ inputSchema, outputSchema, description, annotations: { readOnlyHint: true } },
		});
		const standard = tools.find(({ name }) => name === "file_write");
		expect(standard).toMatchObject({ title: "Write a file", annotations: { readOnlyHint: false } });
	});

	test("a call answers as text and, where the tool says what it returns, as a value", async () => {
		const { name } = await newTool(ada);
		const answer = await ask(ada, "tools/call", { name, arguments: { n: 21 } });
		expect(answer).toMatchObject({ status: 200, result: { structuredContent: { twice: 42 } } });
		expect(answer.result?.isError).toBeUndefined();
		expect(JSON.parse(textOf(answer))).toEqual({ twice: 42 });
		const { name: talks } = await toolOf(ada, "export function run() { return 'hello'; }");
		const said = await ask(ada, "tools/call", { name: talks });
		expect(textOf(said)).toBe("hello");
		expect(said.result).not.toHaveProperty("structuredContent");
	});

	test("arguments that do not fit are a result that names the fields, for the model to read", async () => {
		const { name } = await newTool(ada);
		const custom = await ask(ada, "tools/call", { name, arguments: { n: "two" } });
		expect(custom.result?.isError).toBe(true);
		expect(textOf(custom)).toMatch(/^\/n: /m);
		const standard = await ask(ada, "tools/call", { name: "math_evaluate", arguments: {} });
		expect(standard.result?.isError).toBe(true);
		expect(textOf(standard)).toMatch(/^\/expression: /m);
	});

	test("a tool that fails is a result with its reason; one that the caller does not have is an error", async () => {
		const { name } = await toolOf(ada, 'export function run() { throw new Error("no luck"); }');
		const failed = await ask(ada, "tools/call", { name });
		expect(failed.result?.isError).toBe(true);
		expect(textOf(failed)).toContain("no luck");
		for (const unknown of ["nothing", name]) {
			const caller = unknown === name ? bob : ada;
			expect((await ask(caller, "tools/call", { name: unknown })).error?.code).toBe(-32_602);
		}
	});

	test("a viewer is refused what changes something, and nothing is changed", async () => {
		const viewer = asCaller(`usr_${newName()}`, "viewer");
		const path = "mine.txt";
		const written = await ask(viewer, "tools/call", { name: "file_write", arguments: { path, content: "x" } });
		expect(written.result?.isError).toBe(true);
		expect(textOf(written)).toContain("viewer");
		expect((await ask(viewer, "resources/list")).result?.resources).toEqual([]);
		const sum = await ask(viewer, "tools/call", { name: "math_evaluate", arguments: { expression: "2 + 3" } });
		expect(textOf(sum)).toContain("5");
	});

	test("a cursor that no list gave out is an error", async () => {
		expect((await ask(ada, "tools/list", { cursor: "x" })).error?.code).toBe(-32_602);
	});

	test("documents are resources of their owner alone", async () => {
		const ada = asCaller("usr_ada");
		const { result } = await ask(ada, "resources/list");
		const [found] = result?.resources?.filter(({ name }) => name === "note.pdf") ?? [];
		expect(found).toMatchObject({ uri: "agentic-edge://documents/doc_1", title: "Note", mimeType: "text/plain" });
		const { uri } = found!;
		expect((await ask(ada, "resources/read", { uri })).result?.contents).toMatchObject([{ uri, text: "Noted" }]);
		expect((await ask(bob, "resources/read", { uri })).error?.code).toBe(-32_602);
	});

	test("files are resources of their owner alone", async () => {
		const owner = asCaller(`usr_${newName()}`);
		const path = "reports/Jüni 50% #1?.txt";
		await execute(owner, "file_write", { path, content: "Hello" });
		const { result } = await ask(owner, "resources/list");
		expect(result?.resources).toMatchObject([{ name: path, mimeType: "text/plain", size: 5 }]);
		const uri = result?.resources?.[0]?.uri ?? "";
		expect((await ask(owner, "resources/read", { uri })).result?.contents).toMatchObject([{ uri, text: "Hello" }]);
		for (const [caller, wrong] of [
			[bob, uri],
			[owner, `${uri}x`],
			[owner, "agentic-edge://files/../../usr_bob/a.txt"],
			[owner, "agentic-edge://files/%zz"],
			[owner, "file:///etc/passwd"],
		] as const) {
			expect((await ask(caller, "resources/read", { uri: wrong })).error?.code, wrong).toBe(-32_602);
		}
		const templates = (await ask(owner, "resources/templates/list")).result?.resourceTemplates;
		expect(templates).toMatchObject([
			{ uriTemplate: "agentic-edge://files/{+path}" },
			{ uriTemplate: "agentic-edge://documents/{id}" },
		]);
	});
});

test("all of more tools than a page has are listed, each once", async () => {
	const owner = `usr_${newName()}`;
	const { id, name } = await newTool(asCaller(owner));
	const row = await env.DB.prepare("SELECT * FROM tools WHERE id = ?").bind(id).first();
	const copies = Array.from({ length: 130 }, (_, i) => ({ ...row, id: `${id}${i}`, name: `${name}${i}` }));
	await env.DB.batch(
		copies.map((copy) => {
			const columns = Object.keys(copy);
			const insert = `INSERT INTO tools (${columns.join()}) VALUES (${columns.map(() => "?").join()})`;
			return env.DB.prepare(insert).bind(...Object.values(copy));
		}),
	);
	const { result } = await modern(asCaller(owner), "tools/list");
	expect(result?.tools).toHaveLength(100);
	const names = (await allTools(asCaller(owner))).map(({ name }) => name);
	expect(new Set(names).size).toBe(names.length);
	expect(names.filter((listed) => listed.startsWith(name))).toHaveLength(131);
});

describe("names", () => {
	test("another's shared tool is called by its name and id, and neither listed nor in the place of an own one", async () => {
		const name = newName();
		const theirs = await newTool(bob, {
			name,
			shared: true,
			source: "export function run() { return { twice: -1 }; }",
		});
		await newTool(ada, { name });
		const names = (await allTools(ada)).map((tool) => tool.name);
		expect(names.filter((listed) => listed.endsWith(theirs.id))).toEqual([]);
		const alias = `${name.slice(0, 64 - theirs.id.length - 1)}_${theirs.id}`;
		const result = async (called: string) =>
			(await modern(ada, "tools/call", { name: called, arguments: { n: 2 } })).result?.structuredContent;
		expect(await result(name)).toEqual({ twice: 4 });
		expect(await result(alias)).toEqual({ twice: -1 });
		expect((await modern(ada, "tools/call", { name: `x_${theirs.id}` })).error?.code).toBe(-32_602);
	});

	test("an own tool does not take the place of a standard one", async () => {
		const owner = asCaller(`usr_${newName()}`);
		const { id } = await newTool(owner, { name: "math_evaluate" });
		const names = (await allTools(owner)).map(({ name }) => name);
		expect(names.slice(0, 1)).toEqual([`math_evaluate_${id}`]);
		expect(names.filter((name) => name === "math_evaluate")).toHaveLength(1);
	});

	test("an admin is not offered everybody's tools, nor one that is switched off", async () => {
		const tool = await newTool(ada);
		const admin = asCaller("usr_admin", "admin");
		expect(JSON.stringify(await allTools(admin))).not.toContain(tool.name);
		expect((await modern(admin, "tools/call", { name: tool.name })).error?.code).toBe(-32_602);
		await expectJson(await ada.send("PATCH", `/api/v1/tools/${tool.id}`, { status: "inactive" }), 200);
		expect(JSON.stringify(await allTools(ada))).not.toContain(tool.name);
		expect((await modern(ada, "tools/call", { name: tool.name })).error?.code).toBe(-32_602);
	});
});

describe("a tool that needs a person's word", () => {
	async function guarded(caller: TestCaller): Promise<Tool> {
		const tool = await newTool(caller);
		await env.DB.prepare("UPDATE tools SET requires_approval = 1 WHERE id = ?").bind(tool.id).run();
		return tool;
	}

	async function asked(caller: TestCaller, name: string, n: number): Promise<string> {
		const { result } = await modern(caller, "tools/call", { name, arguments: { n } });
		expect(result).toMatchObject({ resultType: "input_required", inputRequests: { approval: expect.anything() } });
		expect(result?.inputRequests?.approval?.params.message).toContain(`"n": ${n}`);
		return result?.requestState ?? "";
	}

	const answered = (requestState: string, name: string, n: number, content: object = { allow: true }) => ({
		...{ name, arguments: { n }, requestState, inputResponses: { approval: { action: "accept", content } } },
	});

	test("asks for it, with the arguments, and is then called once", async () => {
		const { name } = await guarded(ada);
		const state = await asked(ada, name, 4);
		const again = answered(state, name, 4);
		expect((await modern(ada, "tools/call", again)).result).toMatchObject({ structuredContent: { twice: 8 } });
		const repeated = await modern(ada, "tools/call", again);
		expect(repeated.result?.isError).toBe(true);
		expect(textOf(repeated)).toContain("already");
	});

	test("one answer sent twice at once allows one call", async () => {
		const { name } = await guarded(ada);
		const again = answered(await asked(ada, name, 1), name, 1);
		const results = await Promise.all(Array.from({ length: 10 }, () => modern(ada, "tools/call", again)));
		expect(results.filter(({ result }) => result?.isError !== true)).toHaveLength(1);
	});

	test("is not called on a no, or with other arguments, or as another tool", async () => {
		const { name } = await guarded(ada);
		const { name: other } = await guarded(ada);
		const state = await asked(ada, name, 4);
		const refused = await Promise.all([
			modern(ada, "tools/call", answered(state, name, 4, { allow: false })),
			modern(ada, "tools/call", answered(state, name, 4, { allow: "true" })),
			modern(ada, "tools/call", {
				...answered(state, name, 4),
				inputResponses: { approval: { action: "decline" } },
			}),
			modern(ada, "tools/call", answered(state, name, 5)),
			modern(ada, "tools/call", answered(state, other, 4)),
		]);
		for (const { result } of refused) {
			expect(result).toMatchObject({ isError: true });
			expect(result).not.toHaveProperty("structuredContent");
		}
		// None of them used it up.
		expect((await modern(ada, "tools/call", answered(state, name, 4))).result?.isError).toBeUndefined();
	});

	test("takes no state but its own, and nobody else's", async () => {
		const tool = await guarded(ada);
		await expectJson(await ada.send("PATCH", `/api/v1/tools/${tool.id}`, { shared: true }), 200);
		const state = await asked(ada, tool.name, 4);
		const [version, payload = "", mac] = state.split(".");
		const forged = [version, payload.replace(/.$/, (last) => (last === "A" ? "B" : "A")), mac].join(".");
		for (const requestState of [forged, "v1.e30.x", "x", ""]) {
			const { error } = await modern(ada, "tools/call", answered(requestState, tool.name, 4));
			expect(error, requestState).toMatchObject({ code: -32_602, data: { reason: "invalid_request_state" } });
		}
		const alias = `${tool.name.slice(0, 64 - tool.id.length - 1)}_${tool.id}`;
		await asked(bob, alias, 4);
		expect((await modern(bob, "tools/call", answered(state, alias, 4))).error?.code).toBe(-32_602);
	});

	test("says so where the client cannot be asked", async () => {
		const { name } = await guarded(ada);
		const old = await legacy(ada, "tools/call", { name, arguments: { n: 1 } });
		expect(old.result?.isError).toBe(true);
		expect(textOf(old)).toContain("2026-07-28");
		const mute = await modern(ada, "tools/call", { name, arguments: { n: 1 } }, { capabilities: {} });
		expect(mute.error?.code).toBe(-32_021);
	});

	test("is not asked about a call that could not be made", async () => {
		const { name } = await guarded(ada);
		expect((await modern(ada, "tools/call", { name, arguments: {} })).result).toMatchObject({ isError: true });
	});
});

describe("the endpoint", () => {
	const message = { jsonrpc: "2.0", id: 1, method: "ping" };

	test("is for those who have signed in", async () => {
		const response = await anonymous.post("/mcp", message);
		expect(response.status).toBe(401);
		expect(response.headers.get("www-authenticate")).toMatch(/^Bearer/);
		expect(await response.json()).toMatchObject({ jsonrpc: "2.0", error: { code: -32_600 } });
	});

	test.each(["GET", "DELETE", "PUT"])("has no %s", async (method) => {
		const response = await ada.send(method, "/mcp");
		expect(response.status).toBe(405);
		expect(response.headers.get("allow")).toBe("POST");
	});

	test.each([
		["what is no JSON", "{", 400, -32_700],
		["a batch", JSON.stringify([message, message]), 400, -32_600],
		["what is nested without end", `{"a":${"[".repeat(10_000)}`, 400, -32_600],
		["what is too long", JSON.stringify({ ...message, params: { x: "x".repeat(4 * 1024 * 1024) } }), 413, -32_600],
	])("refuses %s", async (_, text, status, code) => {
		const response = await ada.sendText("POST", "/mcp", text, { accept: "application/json, text/event-stream" });
		expect(response.status).toBe(status);
		expect(await response.json()).toMatchObject({ jsonrpc: "2.0", error: { code } });
	});

	test("says what it serves, and no more", async () => {
		const { result } = await modern(ada, "server/discover");
		expect(result).toMatchObject({ supportedVersions: ["2026-07-28"] });
		expect(result?.capabilities).toEqual({ tools: { listChanged: false }, resources: { listChanged: false } });
		const init = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "test", version: "1" } };
		const initialized = await legacy(ada, "initialize", init);
		expect(initialized.result).toMatchObject({ protocolVersion: "2025-11-25", serverInfo: { name: "agentic-edge" } });
		expect((await legacy(ada, "ping")).result).toEqual({});
		expect(await modern(ada, "prompts/list")).toMatchObject({ status: 404, error: { code: -32_601 } });
	});

	test("holds headers and body to the same words", async () => {
		const params = { name: "math_evaluate", arguments: { expression: "1" } };
		const answer = await modern(ada, "tools/call", params, { headers: { "mcp-name": "file_list" } });
		expect(answer).toMatchObject({ status: 400, error: { code: -32_020 } });
	});
});
