/** Nothing of the host is reachable from a script. */
import { describe, expect, it } from "vitest";
import { run, valueOf } from "./run.fixture.ts";

/** ECMAScript, and nothing else. */
const language =
	"AggregateError Array ArrayBuffer BigInt BigInt64Array BigUint64Array Boolean DataView Date Error EvalError FinalizationRegistry " +
	"Float16Array Float32Array Float64Array Function Infinity Int16Array Int32Array Int8Array InternalError Iterator JSON Map Math NaN " +
	"Number Object Promise Proxy RangeError ReferenceError Reflect RegExp Set String Symbol SyntaxError TypeError URIError Uint16Array " +
	"Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet console decodeURI decodeURIComponent encodeURI encodeURIComponent " +
	"escape eval globalThis isFinite isNaN parseFloat parseInt undefined unescape";

const globals = "Object.getOwnPropertyNames(globalThis).sort()";

describe("a script", () => {
	it("sees the language, its console and nothing else", async () => {
		expect(await valueOf(`export default () => ${globals}`)).toEqual(language.split(" ").toSorted());
		expect(await valueOf("export default () => Object.getOwnPropertySymbols(globalThis).map(String)")).toEqual([
			"Symbol(Symbol.toStringTag)",
		]);
		expect(await valueOf("export default () => Reflect.ownKeys(console)")).toEqual([
			"debug",
			"log",
			"info",
			"warn",
			"error",
		]);
	});

	it("sees fetch where it may call out", async () => {
		const fetch = async () => ({ status: 200, headers: {}, body: "" });
		expect(await valueOf(`export default () => ${globals}`, null, { fetch })).toEqual(
			[...language.split(" "), "fetch"].toSorted(),
		);
	});

	it.each([
		"fetch",
		"process",
		"require",
		"module",
		"Buffer",
		"WebAssembly",
		"Atomics",
		"SharedArrayBuffer",
		"setTimeout",
		"queueMicrotask",
		"performance",
		"navigator",
		"self",
		"caches",
		"crypto",
		"os",
		"std",
		"print",
		"scriptArgs",
		"__loadScript",
		"gc",
	])("has no %s", async (name) => {
		expect(await valueOf(`export default () => typeof ${name}`)).toBe("undefined");
	});

	it.each([
		[
			"a constructor's constructor",
			`export default () => ({}).constructor.constructor("return this")().process === undefined && ${globals}`,
		],
		["the console's", `export default () => console.log.constructor("return this")() && ${globals}`],
		[
			"an async function's",
			`export default async () => { await (async () => {}).constructor("globalThis.x = 1")(); delete globalThis.x; return ${globals} }`,
		],
		["indirect eval", `export default () => { (0, eval)("this"); return ${globals} }`],
	])("reaches no other global by %s", async (_, source) => {
		expect(await valueOf(source)).toEqual(language.split(" ").toSorted());
	});

	it.each([
		"x",
		"os",
		"std",
		"./sandbox.js",
		"tool.js",
		"node:fs",
		"cloudflare:workers",
		"data:text/javascript,export default 1",
	])("imports no %s", async (name) => {
		expect(await run(`export default () => import(${JSON.stringify(name)}).then(Object.keys)`)).toMatchObject(
			name === "tool.js" || name === "./sandbox.js" ? {} : { outcome: "threw", error: { name: "ReferenceError" } },
		);
		if (name === "tool.js") return;
		expect(await run(`import * as x from ${JSON.stringify(name)}; export default () => 1`)).toMatchObject({
			outcome: "threw",
		});
	});

	it("finds nothing in import.meta, in functions of the host or their callers", async () => {
		expect(await valueOf("export default () => Object.keys(import.meta)")).toEqual([]);
		expect(await valueOf("export default () => Function.prototype.toString.call(console.log)")).not.toMatch(
			/sandbox|wasm|host/,
		);
		expect(await run("export default function f() { return f.caller }")).toMatchObject({ outcome: "threw" });
		expect(await run("export default () => console.log.arguments")).toMatchObject({ outcome: "threw" });
	});

	it("gets no host error with a stack or a class of the host", async () => {
		const fetch = () => Promise.reject(Object.assign(new Error("no"), { secret: 1 }));
		const source =
			"export default () => fetch('x').catch((e) => [e.constructor === Error, Object.keys(e), /src|node|file:/.test(e.stack)])";
		expect(await valueOf(source, null, { fetch })).toEqual([true, [], false]);
	});

	it("cannot take the place of what the host calls", async () => {
		const source = `
			for (const key of ["parse", "stringify"]) JSON[key] = () => '"forged"';
			Promise.prototype.then = () => { throw 1 };
			Map.prototype.get = () => ({ resolve: 1 });
			Object.defineProperty(Object.prototype, "get", { value: () => 1 });
			export default () => ({ fine: true })`;
		expect(await valueOf(source)).toEqual({ fine: true });
	});
});
