import { describe, expect, test } from "vitest";
import { boundedLimits } from "./limits.ts";
import { heapBytes } from "./memory-image.ts";
import { newSandbox, type Sandbox } from "./sandbox.ts";

const limits = boundedLimits({ memoryBytes: 64 * 2 ** 20, cpuMs: 400, timeoutMs: 10_000 });
const filling = `export function run({ n }) {
	globalThis.kept = Array.from({ length: n }, (_, i) => ({ name: "item " + i, values: [i, i + 1] }));
	return kept.length;
}`;
const nesting = "export function run({ n }) { return n === 0 ? 0 : 1 + run({ n: n - 1 }); }";

async function run(sandbox: Sandbox, source: string, n: number) {
	const { engine } = sandbox;
	engine.meter.start(limits, Date.now() + 10_000);
	engine.meter.resume();
	const scope = { limits, log: () => {}, seed: [1, 2, 3] as const, wait: async () => {} };
	const ending = await sandbox.run(source, { name: "run", input: JSON.stringify({ n }) }, scope);
	engine.meter.pause();
	return ending;
}

function memoryOf({ engine }: Sandbox): Uint8Array {
	return new Uint8Array(engine.quickjs.getWasmMemory().buffer);
}

describe("an engine's memory", () => {
	test("ends where its heap does: behind it nothing was written", async () => {
		const sandbox = await newSandbox();
		const before = heapBytes(memoryOf(sandbox));
		expect(await run(sandbox, filling, 5_000)).toEqual({ text: "5000" });
		const memory = memoryOf(sandbox);
		expect(heapBytes(memory)).toBeGreaterThan(before + 500_000);
		const end = memory.findLastIndex((byte) => byte !== 0) + 1;
		const heapEnd = 5_332_960 + heapBytes(memory);
		expect(end).toBeLessThanOrEqual(heapEnd);
		expect(end).toBeGreaterThan(heapEnd - 65_536);
	});

	test.each([
		["a small script", filling, 1],
		["one that fills the heap", filling, 5_000],
		["one that nests", nesting, 300],
	])("is the same after %s as before", async (_, source, n) => {
		const sandbox = await newSandbox();
		const before = memoryOf(sandbox).slice();
		const ending = await run(sandbox, source, n);
		expect("text" in ending).toBe(true);
		expect(Buffer.compare(memoryOf(sandbox), before)).not.toBe(0);
		expect(sandbox.engine.reset()).toBe(true);
		expect(Buffer.compare(memoryOf(sandbox), before)).toBe(0);
	});

	test("that has grown is not used again", async () => {
		const sandbox = await newSandbox();
		const size = memoryOf(sandbox).length;
		await run(sandbox, "export function run({ n }) { return new Uint8Array(n).length; }", 20_000_000);
		expect(memoryOf(sandbox).length).toBeGreaterThan(size);
		expect(sandbox.engine.reset()).toBe(false);
	});
});
