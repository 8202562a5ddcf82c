/** Custom tools through the API: languages, time, repeatable calls, hosts. */
import { describe, expect, test } from "vitest";
import type { Tool } from "#tools/schema";
import { asCaller, type TestCaller } from "../../test/support/as-caller.ts";
import { call, doubler, execute, expectJson, expectProblem, newName, newTool, refusedTool, toolOf } from "./testing.ts";

const ada = asCaller("usr_ada");
const viewer = asCaller("usr_viewer", "viewer");

/** Where nobody listens; a request to it fails after it was let out. */
const host = "127.0.0.1:9";
const calling = `export async function run({ url, ...init }) { return await (await fetch(url, init)).text(); }`;

async function change(caller: TestCaller, id: string, changes: object): Promise<Tool> {
	return await expectJson<Tool>(await caller.send("PATCH", `/api/v1/tools/${id}`, changes), 200);
}

async function refusedChange(id: string, changes: object) {
	return await expectProblem(await ada.send("PATCH", `/api/v1/tools/${id}`, changes), 422, "invalid_input");
}

describe("a tool in TypeScript", () => {
	const language = "typescript";
	const source =
		"type In = { n: number };\n\nexport function run({ n }: In): { twice: number } { return { twice: n * 2 }; }";

	test("shows its source as it was written, and runs", async () => {
		const tool = await newTool(ada, { language, source });
		expect(tool).toMatchObject({ language, source });
		expect(tool).not.toHaveProperty("compiled");
		expect((await call(ada, tool.id, { n: 4 })).result).toEqual({ twice: 8 });
	});

	test("says in which line it is wrong", async () => {
		const broken = await refusedTool(ada, { language, source: `${source}\n\nlet x: = 5;` });
		expect(broken.errors).toMatchObject([{ pointer: "/source", detail: expect.stringContaining("line 5") }]);
		expect((await refusedTool(ada, { source })).errors).toMatchObject([{ pointer: "/source" }]);
		const { id } = await toolOf(ada, 'interface A {\n\ta: string\n}\nexport function run() { throw new Error("x"); }', {
			language,
		});
		expect((await call(ada, id, {})).error).toBe("x (line 4)");
	});

	test("may become JavaScript and back, but only with a source that is", async () => {
		const { id } = await newTool(ada, { language, source });
		await refusedChange(id, { language: "javascript" });
		const changed = await change(ada, id, { language: "javascript", source: doubler.source });
		expect(changed).toMatchObject({ language: "javascript", source: doubler.source });
		expect((await call(ada, id, { n: 1 })).result).toEqual({ twice: 2 });
		await change(ada, id, { language });
		await change(ada, id, { source });
		expect((await call(ada, id, { n: 2 })).result).toEqual({ twice: 4 });
	});
});

describe("time to compute", () => {
	test("ends an endless tool long before its timeout, and lets others in meanwhile", async () => {
		const { id } = await toolOf(ada, "export function run() { for (;;); }", { timeout: 20_000 });
		const quick = await newTool(ada);
		const started = performance.now();
		const endless = Array.from({ length: 3 }, () => call(ada, id, {}));
		const others: number[] = [];
		for (let i = 0; i < 10; i++) {
			const at = performance.now();
			await expectJson(await ada.get(`/api/v1/tools/${quick.id}`), 200);
			others.push(performance.now() - at);
		}
		for (const answer of await Promise.all(endless)) {
			expect(answer).toMatchObject({ status: "timeout", error: expect.stringContaining("200 ms") });
		}
		expect(performance.now() - started).toBeLessThan(3_000);
		expect(Math.max(...others)).toBeLessThan(600);
	});

	test("is set on the tool, up to 400 ms", async () => {
		const { id, cpuTime } = await toolOf(ada, "export function run() { for (;;); }", { cpuTime: 50 });
		expect(cpuTime).toBe(50);
		expect((await call(ada, id, {})).error).toContain("50 ms");
		expect((await change(ada, id, { cpuTime: 100 })).cpuTime).toBe(100);
		expect((await refusedTool(ada, { cpuTime: 401 })).errors).toMatchObject([{ pointer: "/cpuTime" }]);
	});
});

describe("a call with a seed", () => {
	const source =
		"export function run() { return [Math.random(), Date.now(), new Date().toISOString(), crypto()]; function crypto() { return Math.random(); } }";
	const seeded = async (id: string, seed?: unknown) =>
		await expectJson<{ result: unknown[] }>(
			await ada.post(`/api/v1/tools/${id}/execute`, { parameters: {}, ...(seed !== undefined && { seed }) }),
			200,
		);

	test("gives the same every time", async () => {
		const { id } = await toolOf(ada, source);
		const { result } = await seeded(id, 7);
		expect((await seeded(id, 7)).result).toEqual(result);
		expect(result.slice(1, 3)).toEqual([946_684_800_000, "2000-01-01T00:00:00.000Z"]);
		expect((await seeded(id, 8)).result[0]).not.toBe(result[0]);
		expect((await seeded(id)).result[0]).not.toBe((await seeded(id)).result[0]);
		const kept = await ada.post(
			`/api/v1/tools/${id}/execute`,
			{ parameters: {}, seed: 7 },
			{ "idempotency-key": newName() },
		);
		expect((await expectJson<{ result: unknown }>(kept, 200)).result).toEqual(result);
	});

	test("takes whole numbers only", async () => {
		const { id } = await toolOf(ada, source);
		for (const seed of [0.5, "7", null, 1e300]) {
			await expectProblem(
				await ada.post(`/api/v1/tools/${id}/execute`, { parameters: {}, seed }),
				422,
				"invalid_input",
			);
		}
	});
});

describe("hosts", () => {
	test("are none unless declared, and then there is no network", async () => {
		const { id, hosts, writes } = await toolOf(ada, "export function run() { return typeof fetch; }");
		expect({ hosts, writes }).toEqual({ hosts: [], writes: false });
		expect((await call(ada, id, {})).result).toBe("undefined");
	});

	test("are the only ones that a tool reaches", async () => {
		const { id } = await toolOf(ada, calling, { hosts: [host] });
		for (const url of ["http://127.0.0.1:10/", "https://example.com/", "http://127.0.0.1/"]) {
			expect(await call(ada, id, { url })).toMatchObject({
				status: "error",
				error: expect.stringContaining("does not declare the host"),
			});
		}
		expect((await call(ada, id, { url: `http://${host}/` })).error).toContain("could not be reached");
	});

	test("are names, at most ten, and public unless the deployment says otherwise", async () => {
		for (const [hosts, pointer] of [
			[["https://example.com"], "/hosts/0"],
			[["example.com", "*.example.com"], "/hosts/1"],
			[["example.com/path"], "/hosts/0"],
			[["2130706433"], "/hosts/0"],
			[["example.com:443"], "/hosts/0"],
			[Array.from({ length: 11 }, (_, i) => `h${i}.example.com`), "/hosts"],
		] as const) {
			expect((await refusedTool(ada, { hosts })).errors![0], String(hosts)).toMatchObject({ pointer });
		}
		expect(await refusedTool(ada, { hosts: ["169.254.169.254"] })).toMatchObject({ code: "address_not_allowed" });
		expect(await refusedTool(ada, { hosts: ["redis:6379"] })).toMatchObject({ code: "address_not_allowed" });
	});

	test("make a tool one that writes, unless its owner says that it does not", async () => {
		const { id, writes } = await toolOf(ada, "export function run() { return 1; }", { hosts: [host], shared: true });
		expect(writes).toBe(true);
		await expectProblem(await execute(viewer, id, {}), 403, "forbidden");
		expect((await change(ada, id, { writes: false })).writes).toBe(false);
		expect((await call(viewer, id, {})).result).toBe(1);
		const { id: other } = await toolOf(ada, "export function run() { return 1; }", { writes: true, shared: true });
		await expectProblem(await execute(viewer, other, {}), 403, "forbidden");
	});
});

test("approval and limits are kept with the tool", async () => {
	const limits = { concurrency: 2, perMinute: 60 };
	const tool = await newTool(ada, { requiresApproval: true, limits });
	expect(tool).toMatchObject({ requiresApproval: true, limits });
	expect(await change(ada, tool.id, { limits: { perMinute: 5 } })).toMatchObject({ limits: { perMinute: 5 } });
	expect(await change(ada, tool.id, { limits: null, requiresApproval: false })).toMatchObject({
		requiresApproval: false,
	});
	expect(await (await ada.get(`/api/v1/tools/${tool.id}`)).json()).not.toHaveProperty("limits");
	expect((await refusedTool(ada, { limits: { perMinute: 0 } })).errors).toMatchObject([
		{ pointer: "/limits/perMinute" },
	]);
});
