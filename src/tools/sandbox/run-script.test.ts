/** What a script can do: its input, its result, its console, its calls out, and that runs share nothing. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asAppError } from "#core/errors";
import type { ScriptRequest } from "./call-out.ts";
import { now, run, valueOf } from "./run.fixture.ts";

describe("a script's function", () => {
	it.each([
		["a default function", "export default function add({ a, b }) { return a + b }"],
		["a default arrow function", "export default ({ a, b }) => a + b"],
		["a function named run", "export function run({ a, b }) { return a + b }"],
		["a constant named run", "export const run = ({ a, b }) => a + b"],
		["an async function", "export default async ({ a, b }) => { await null; return a + await Promise.resolve(b) }"],
		[
			"a function that returns a promise",
			"export default ({ a, b }) => new Promise((r) => Promise.resolve().then(() => r(a + b)))",
		],
		["a module that awaits", "const one = await Promise.resolve(1); export default ({ a, b }) => a + b + one - 1"],
	])("may be %s", async (_, source) => {
		expect(await valueOf(source, { a: 2, b: 40 })).toBe(42);
	});

	it("returns null where JSON has no word for what it returns", async () => {
		expect(await valueOf("export default () => {}")).toBeNull();
		expect(await valueOf("export default () => [undefined, NaN, () => 1]")).toEqual([null, null, null]);
	});

	it("gets any JSON and returns it the same", async () => {
		await fc.assert(
			fc.asyncProperty(fc.jsonValue({ noUnicodeString: false, stringUnit: "binary" } as never), async (value) => {
				const sent: unknown = JSON.parse(JSON.stringify(value));
				expect(await valueOf("export default (x) => x", value)).toEqual(sent);
			}),
			{ numRuns: 100 },
		);
	});

	it.each([["\0"], ["\ud800"], ["𝒳 é ✓"], [-1.5e-300], [2 ** 53], [{ "": { a: [] } }], ["x".repeat(100_000)]])(
		"keeps %j",
		async (value) => {
			expect(await valueOf("export default (x) => x", value)).toEqual(value);
		},
	);

	it("runs as a module: strict, and its own top level", async () => {
		expect(await valueOf("export default function () { return this === undefined }")).toBe(true);
		expect(await valueOf("const console = 1; export default () => console")).toBe(1);
	});
});

describe("what a script throws", () => {
	it.each([
		[
			"an error",
			"export default () => {\n\n throw new TypeError('no ✓') }",
			{ name: "TypeError", message: "no ✓", line: 3 },
		],
		[
			"a rejection",
			"export default async () => {\n throw new Error('late') }",
			{ name: "Error", message: "late", line: 2 },
		],
		["a string", "export default () => { throw 'text' }", { name: "thrown", message: "text" }],
		["nothing", "export default () => { throw null }", { name: "thrown", message: "null" }],
		["a syntax error", "export default () => {\n let x = ;\n}", { name: "SyntaxError", line: 2 }],
		["an error while it loads", "export default () => 1;\nnull.x", { name: "TypeError", line: 2 }],
		["a cycle", "export default () => { const a = []; a.push(a); return a }", { name: "TypeError" }],
		["a BigInt", "export default () => 1n", { name: "TypeError" }],
		["no function", "export default 5", { name: "TypeError" }],
		["two functions", "export default () => 1; export function run() {}", { name: "TypeError" }],
		[
			"a promise that never settles",
			"export default () => new Promise(() => {})",
			{ name: "Error", message: expect.stringContaining("nothing is left") },
		],
		[
			"an error that lies",
			"export default () => { throw { get message() { throw 1 }, toString() { throw 2 }, toJSON() { throw 3 } } }",
			{ message: "[unprintable]" },
		],
	])("is told: %s", async (_, source, error) => {
		expect(await run(source)).toMatchObject({ outcome: "threw", error });
	});

	it("names nothing of the host", async () => {
		const result = await run("export default () => { throw new Error(new Error().stack) }");
		expect(result).toMatchObject({ error: { message: expect.not.stringMatching(/file:|node_modules|wasm|src\//) } });
	});
});

describe("the console", () => {
	it("is kept beside the result, also of a failure", async () => {
		const source =
			"export default () => { console.log('a', 1, { b: [null] }, undefined); console.error(new Error('e')); throw 1 }";
		expect((await run(source)).logs).toEqual([
			{ level: "log", text: 'a 1 {"b":[null]} undefined' },
			{ level: "error", text: "Error: e" },
		]);
	});

	it("drops a flood and says so", async () => {
		const { logs } = await run(
			"export default () => { for (let i = 0; i < 5000; i++) console.log('x'.repeat(100)) }",
			null,
			{ maxLogBytes: 1_000 },
		);
		expect(logs.length).toBe(9);
		expect(logs.at(-1)).toEqual({ level: "warn", text: "The log is full; 4992 entries were dropped." });
	});
});

describe("the next run", () => {
	const read =
		"export default () => [typeof leak, {}.leak, [].leak, [1].map((x) => x)[0], JSON.stringify(1), ({}).__proto__ === Object.prototype]";

	it.each([
		["globals", "globalThis.leak = 1; export default () => 1"],
		[
			"prototypes",
			"Object.prototype.leak = 1; Array.prototype.leak = 1; Array.prototype.map = () => [9]; export default () => 1",
		],
		[
			"__proto__",
			"({}).__proto__.__proto__; Object.defineProperty(Object.prototype, '__proto__', { get: () => 9 }); export default () => 1",
		],
		["JSON", "JSON.stringify = () => '9'; export default () => 1"],
		["a thrown error", "globalThis.leak = 1; throw 1"],
		["a broken limit", "globalThis.leak = 1; for (;;) {}"],
	])("sees nothing of %s", async (_, source) => {
		await run(source, null, { timeoutMs: 50 }).catch(() => undefined);
		expect(await valueOf(read)).toEqual(["undefined", null, null, 1, "1", true]);
	});

	it("is apart from one that waits at the same time", async () => {
		const answer = Promise.withResolvers<void>();
		const fetch = async () => {
			await answer.promise;
			return { status: 200, headers: {}, body: "" };
		};
		const waiting = valueOf(
			"globalThis.leak = 1; export default async () => { await fetch('x:'); return leak }",
			null,
			{ fetch },
		);
		expect(await valueOf("export default () => typeof leak")).toBe("undefined");
		answer.resolve();
		expect(await waiting).toBe(1);
	});

	it("does not pollute its host by a key", async () => {
		const value = await valueOf(
			`export default () => JSON.parse('{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}')`,
		);
		expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
		expect(({} as { admin?: boolean }).admin).toBeUndefined();
	});
});

describe("time and chance", () => {
	const source =
		"export default () => [Math.random(), Math.random(), Date.now(), new Date().toISOString(), new Date().getHours()]";

	it("follow from a seed", async () => {
		const first = (await valueOf(source, null, { seed: 7 })) as number[];
		expect(await valueOf(source, null, { seed: 7 })).toEqual(first);
		expect(first.slice(2)).toEqual([now, "2026-11-26T12:00:00.000Z", 12]);
		const others = await Promise.all(
			[0, 1, 8, -1, 2 ** 40, 0.5].map(async (seed) => await valueOf(source, null, { seed })),
		);
		expect(new Set(others.map((values) => (values as number[])[0])).size).toBeGreaterThan(4);
	});

	it("start at now without one", async () => {
		const [first, second] = [(await valueOf(source)) as number[], (await valueOf(source)) as number[]];
		expect(first[0]).not.toBe(second[0]);
		expect(first[2]! - now).toBeGreaterThanOrEqual(0);
		expect(first[2]! - now).toBeLessThan(1_000);
	});
});

describe("fetch", () => {
	const call =
		"export default async (x) => { const r = await fetch('https://a.example/', { method: 'POST', headers: { 'X-A': 1 }, body: 'b' }); return [r.status, r.ok, r.headers.get('Content-Type'), await r.json()] }";

	it("returns what its caller's fetch answers", async () => {
		const requests: ScriptRequest[] = [];
		const fetch = async (request: ScriptRequest) => {
			requests.push(request);
			return { status: 201, headers: { "content-type": "application/json" }, body: '{"é":1}' };
		};
		expect(await valueOf(call, null, { fetch })).toEqual([201, true, "application/json", { é: 1 }]);
		expect(requests).toEqual([{ url: "https://a.example/", method: "POST", headers: { "X-A": "1" }, body: "b" }]);
	});

	it("runs calls at the same time", async () => {
		const fetch = async ({ url }: ScriptRequest) => ({ status: 200, headers: {}, body: url });
		const source =
			"export default async () => await Promise.all(['a', 'b', 'c'].map(async (x) => await (await fetch(x)).text()))";
		expect(await valueOf(source, null, { fetch })).toEqual(["a", "b", "c"]);
	});

	it("throws what its caller's fetch refuses, where the script can catch it", async () => {
		const fetch = () => Promise.reject(new Error("Not allowed."));
		expect(
			await valueOf("export default () => fetch('x').catch((e) => [e instanceof Error, e.message])", null, { fetch }),
		).toEqual([true, "Not allowed."]);
	});

	it("refuses what is no request, and more than twenty", async () => {
		let calls = 0;
		const fetch = async () => ({ status: ++calls, headers: {}, body: "" });
		expect(
			await run("Object.prototype.toJSON = () => 5; export default () => fetch('x')", null, { fetch }),
		).toMatchObject({ outcome: "threw" });
		const source =
			"export default async () => (await Promise.allSettled(Array.from({ length: 30 }, () => fetch('x')))).filter((r) => r.reason).length";
		expect(await valueOf(source, null, { fetch })).toBe(10);
		expect(calls).toBe(20);
	});

	it("ends at the time limit while it hangs, and is aborted", async () => {
		let aborted = false;
		const fetch = (_: ScriptRequest, signal: AbortSignal) => {
			signal.addEventListener("abort", () => (aborted = true));
			return new Promise<never>(() => {});
		};
		const startedAt = performance.now();
		const error = await run("export default () => fetch('x')", null, { fetch, timeoutMs: 100 }).catch(asAppError);
		expect(error).toMatchObject({ code: "tool_timeout" });
		expect(performance.now() - startedAt).toBeLessThan(350);
		expect(aborted).toBe(true);
	});

	it("ends when nobody wants the result any more", async () => {
		const controller = new AbortController();
		setTimeout(() => controller.abort(), 20);
		const options = { fetch: () => new Promise<never>(() => {}), signal: controller.signal };
		expect(await run("export default () => fetch('x')", null, options).catch(asAppError)).toMatchObject({
			code: "cancelled",
		});
		expect(await run("export default () => 1", null, options).catch(asAppError)).toMatchObject({ code: "cancelled" });
	});

	it("lets few scripts wait at once, and the next go on when one has ended; others never wait for them", async () => {
		const fetch = () => new Promise<never>(() => {});
		const hanging = Array.from({ length: 4 }, () =>
			run("export default () => fetch('x')", null, { fetch, timeoutMs: 300 }).catch(asAppError),
		);
		expect(await run("export default () => 1", null, { fetch, timeoutMs: 50 }).catch(asAppError)).toMatchObject({
			code: "service_unavailable",
		});
		expect(await valueOf("export default () => 1")).toBe(1);
		expect(await valueOf("export default () => 1", null, { fetch, timeoutMs: 2_000 })).toBe(1);
		expect(await Promise.all(hanging)).toEqual(hanging.map(() => expect.objectContaining({ code: "tool_timeout" })));
	});

	it("lets two scripts of one user wait, and others go on meanwhile", async () => {
		const controller = new AbortController();
		const options = { fetch: () => new Promise<never>(() => {}), timeoutMs: 5_000, signal: controller.signal };
		const hang = "export default () => fetch('x')";
		const greedy = Array.from({ length: 8 }, () => run(hang, null, { ...options, userId: "greedy" }).catch(asAppError));
		const others = Array.from({ length: 2 }, () => run("export default () => 1", null, options));
		for (const other of others) expect(await other).toMatchObject({ outcome: "returned" });
		const startedAt = performance.now();
		for (const refused of greedy.slice(2)) {
			expect(await refused).toMatchObject({ code: "service_unavailable", details: { retryAfter: 1 } });
		}
		expect(performance.now() - startedAt).toBeLessThan(2_000);
		controller.abort();
		expect(await Promise.all(greedy.slice(0, 2))).toMatchObject([{ code: "cancelled" }, { code: "cancelled" }]);
		expect(await valueOf("export default () => 1", null, { fetch: options.fetch, userId: "greedy" })).toBe(1);
	});
});
