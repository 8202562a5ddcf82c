/** Everything a script can do without end has one, at most 250 ms after its limit. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { brokenLimit, run, valueOf } from "./run.fixture.ts";

const timeoutMs = 200;
const slackMs = 250;

afterEach(() => void vi.restoreAllMocks());

const endless: [string, string][] = [
	["a loop", "export default () => { for (;;) {} }"],
	["a loop while it loads", "for (;;) {} export default () => 1"],
	[
		"a loop that catches everything",
		"export default () => { for (;;) try { for (;;) {} } catch {} finally { continue } }",
	],
	["a loop after await", "export default async () => { await 1; for (;;) {} }"],
	["microtasks", "export default () => new Promise(() => { (function f() { Promise.resolve().then(f) })() })"],
	[
		"an async generator",
		"export default async () => { for await (const x of (async function* () { for (;;) yield 1 })()); }",
	],
	["a thenable of thenables", "export default () => { const a = { then(r) { r(a) } }; return a }"],
	["calls that branch", "export default () => (function f(n) { return n ? f(n - 1) + f(n - 1) : 1 })(60)"],
	["backtracking", "export default () => /^(a+)+$/.test('a'.repeat(40) + 'b')"],
	["backtracking of alternatives", "export default () => /(x+x+)+y/.test('x'.repeat(60))"],
	["indexOf in C", "export default () => [].indexOf.call({ length: 2 ** 53 - 1 }, 1)"],
	["includes in C", "export default () => [].includes.call({ length: 2 ** 53 - 1 }, 1)"],
	["lastIndexOf in C", "export default () => [].lastIndexOf.call({ length: 2 ** 53 - 1 }, 1)"],
	["reverse in C", "export default () => [].reverse.call({ length: 2 ** 53 - 1 })"],
	["a search of nearly equal texts in C", "export default () => 'a'.repeat(4e6).indexOf('a'.repeat(2e6) + 'b')"],
	["numbers of a million digits", "export default () => { let n = 3n ** 600000n; for (;;) n = (n * n) >> 900000n }"],
	[
		"a number of a million digits as text",
		"export default () => (7n ** 350000n).toString().length + (7n ** 350001n).toString().length + (5n ** 400000n).toString(7).length",
	],
	["copies of megabytes", "export default () => { const u = new Uint8Array(8e6); for (;;) u.copyWithin(0, 4e6) }"],
	[
		"a sort that compares for ever",
		"export default () => Array.from({ length: 1e5 }, (_, i) => i).sort(() => { for (;;); })",
	],
	["a getter of the result", "export default () => ({ get a() { for (;;); } })"],
	["toJSON of the result", "export default () => ({ toJSON() { for (;;); } })"],
	[
		"a proxy as the result",
		"export default () => new Proxy([], { get: (t, k) => (k === 'length' ? 2 ** 53 - 1 : undefined), ownKeys: () => { for (;;); } })",
	],
	["toJSON of what it throws", "export default () => { throw { toJSON() { for (;;); } } }"],
	[
		"a getter of what it throws",
		"export default () => { throw Object.defineProperty(new Error(), 'name', { get() { for (;;); } }) }",
	],
	["a flood of log lines", "export default () => { for (;;) console.log('x'.repeat(1000)) }"],
	["a getter in a log line", "export default () => console.log({ get a() { for (;;); } })"],
	["an iterator without end", "export default () => [...{ *[Symbol.iterator]() { for (;;) yield* []; } }]"],
	["the time", "export default () => { for (;;) new Date().getTimezoneOffset() }"],
	["code from text", "export default () => new Function('for (;;);')()"],
];

describe("time", () => {
	it.each(endless)("ends %s", async (_, source) => {
		const { code, ms } = await brokenLimit(source, { timeoutMs });
		expect(code).toBe("tool_timeout");
		expect(ms).toBeLessThan(timeoutMs + slackMs);
	});

	it.each([endless[0]!, endless[4]!, endless[10]!, endless[17]!])(
		"ends %s also where the clock stands still",
		// What counts is work, which takes as long as the machine has other things to do.
		{ retry: 2 },
		async (_, source) => {
			const at = Date.now();
			vi.spyOn(Date, "now").mockReturnValue(at);
			const { code, ms } = await brokenLimit(source, { timeoutMs });
			expect(code).toBe("tool_timeout");
			// A round of a loop takes longer here than there; that it ends is the point.
			expect(ms).toBeLessThan(10 * timeoutMs);
		},
	);

	it("is not counted on from one run to the next", async () => {
		for (let round = 0; round < 3; round++)
			expect(
				await valueOf("export default () => { let n = 0; for (let i = 0; i < 1e5; i++) n++; return n }", null, {
					timeoutMs: 500,
				}),
			).toBe(1e5);
	});

	it("drops what the script does not wait for", async () => {
		expect(await valueOf("export default () => { (function f() { Promise.resolve().then(f) })(); return 1 }")).toBe(1);
	});
});

describe("time to compute", () => {
	const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
	const answer = { status: 200, headers: {}, body: "" };

	it("ends before the time to run", async () => {
		const { code, ms } = await brokenLimit("export default () => { for (;;) {} }", { timeoutMs: 10_000, cpuMs: 100 });
		expect(code).toBe("tool_timeout");
		expect(ms).toBeLessThan(100 + slackMs);
		await expect(run("export default () => { for (;;) {} }", null, { cpuMs: 50 })).rejects.toThrow(/50 ms/);
	});

	it("is at most 400 ms, whatever is asked for", async () => {
		const { ms } = await brokenLimit("export default () => { for (;;) {} }", { timeoutMs: 10_000, cpuMs: 1e9 });
		expect(ms).toBeLessThan(400 + slackMs);
	});

	it("does not count waiting for an answer", async () => {
		const fetch = async () => {
			await later(300);
			return answer;
		};
		const source = "export default async () => (await fetch('x')).status";
		expect(await valueOf(source, null, { fetch, cpuMs: 100, timeoutMs: 5_000 })).toBe(200);
	});

	it("counts what was computed before and after waiting", async () => {
		const fetch = async () => {
			await later(20);
			return answer;
		};
		const spin = "const end = Date.now() + 30; while (Date.now() < end);";
		const source = `export default async () => { for (let i = 0; i < 20; i++) { ${spin} await fetch('x') } }`;
		const { code } = await brokenLimit(source, { fetch, cpuMs: 150, timeoutMs: 10_000 });
		expect(code).toBe("tool_timeout");
	});

	it("is shared: between two scripts that use it up others get theirs", async () => {
		let turns = 0;
		const ticking = setInterval(() => turns++, 5);
		const source = "export default () => { for (;;) {} }";
		const broken = await Promise.all(
			Array.from({ length: 4 }, () => brokenLimit(source, { timeoutMs: 5_000, cpuMs: 100 })),
		);
		clearInterval(ticking);
		expect(broken.map(({ code }) => code)).toEqual(Array(4).fill("tool_timeout"));
		// Three pauses of 100 ms; that one of them is cut short by the machine does not matter.
		expect(turns).toBeGreaterThan(20);
	});
});

describe("memory", () => {
	it.each([
		["2 GB at once", "export default () => new Uint8Array(2 ** 31 - 1).length"],
		["blocks", "export default () => { const a = []; for (;;) a.push(new Uint8Array(1e6)) }"],
		["small objects", "export default () => { const a = []; for (;;) a.push({}) }"],
		["small objects that stay", "globalThis.a = []; export default () => { for (;;) a.push({ b: [a.length] }) }"],
		[
			"small objects of an async function",
			"globalThis.a = []; export default async () => { await 1; for (;;) a.push({}) }",
		],
		["a text that doubles", "export default () => { let s = 'xy'; for (;;) s += s + s.length; }"],
		["repeat", "export default () => 'x'.repeat(2 ** 29).length"],
		[
			"JSON of giants",
			"export default () => { const a = 'x'.repeat(4e6); return JSON.stringify(Array(100).fill(a)).length }",
		],
		["a map", "export default () => { const m = new Map(); for (let i = 0; ; i++) m.set(i, i) }"],
		["promises", "export default () => { const a = []; for (;;) a.push(new Promise(() => {})) }"],
		[
			"closures that are caught",
			"globalThis.a = []; export default () => { for (;;) try { for (;;) a.push(() => a) } catch {} }",
		],
	])("ends %s", async (_, source) => {
		const { code, ms } = await brokenLimit(source, { timeoutMs: 1_000 });
		// Whichever it meets first.
		expect(["limit_exceeded", "tool_timeout"]).toContain(code);
		expect(ms).toBeLessThan(1_000 + slackMs);
	});

	it("can be set lower", async () => {
		const source = "export default () => new Uint8Array(4e6).length";
		expect((await brokenLimit(source, { memoryBytes: 2 ** 20 })).code).toBe("limit_exceeded");
		expect(await valueOf(source)).toBe(4e6);
	});

	it("bounds the input", async () => {
		await expect(run("export default () => 1", "x".repeat(5e6))).rejects.toMatchObject({ code: "limit_exceeded" });
	});

	it("is there again after a hundred runs that used it", { timeout: 30_000 }, async () => {
		for (let round = 0; round < 100; round++)
			expect(await valueOf("export default () => { globalThis.k = new Uint8Array(7e6); return 1 }")).toBe(1);
	});
});

describe("output", () => {
	it.each([
		["100 MB", "export default () => Array(1000).fill('x'.repeat(1e5))"],
		["more than a mebibyte", "export default () => 'x'.repeat(2 ** 20)"],
		["fewer letters, but more bytes", "export default () => '✓'.repeat(2 ** 19)"],
	])("ends %s", async (_, source) => {
		const { code, ms } = await brokenLimit(source, { cpuMs: 400 });
		// Whichever it meets first.
		expect(["limit_exceeded", "tool_timeout"]).toContain(code);
		expect(ms).toBeLessThan(1_000 + slackMs);
	});

	it("may be as large as the limit", async () => {
		expect(await valueOf("export default () => 'x'.repeat(98)", null, { maxOutputBytes: 100 })).toHaveLength(98);
		expect((await brokenLimit("export default () => 'x'.repeat(99)", { maxOutputBytes: 100 })).code).toBe(
			"limit_exceeded",
		);
	});
});

describe("depth", () => {
	it.each([
		["recursion", "export default function f() { return f() + 1 }"],
		["recursion through C", "export default function f() { return [1].map(f) }"],
		["recursion that logs", "export default function f() { console.log('x'); return f() + 1 }"],
		["generators", "export default () => (function* f() { yield* f() })().next()"],
		["toString", "export default () => { const o = { toString: () => '' + o }; return '' + o }"],
		["parentheses", "export default () => eval('('.repeat(1e5) + '1' + ')'.repeat(1e5))"],
		["functions", "export default () => eval('function f(){'.repeat(1e4) + '}'.repeat(1e4))"],
		["a nested result", "export default () => { let a = []; for (let i = 0; i < 1e5; i++) a = [a]; return a }"],
		["nested JSON", "export default () => JSON.parse('['.repeat(1e6))"],
		[
			"proxies of proxies",
			"export default () => { let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); return p.x }",
		],
	])("ends %s", async (_, source) => {
		const { code, ms } = await brokenLimit(source, { cpuMs: 400 });
		// Whichever it meets first.
		expect(["limit_exceeded", "tool_timeout"]).toContain(code);
		expect(ms).toBeLessThan(1_000 + slackMs);
	});

	it("is enough for a thousand calls", async () => {
		expect(await valueOf("export default () => (function f(n) { return n ? 1 + f(n - 1) : 0 })(1000)")).toBe(1000);
	});
});
