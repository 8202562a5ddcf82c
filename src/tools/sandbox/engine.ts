/** QuickJS in a WebAssembly instance of its own, metered, with memory that has an end and that can be made pristine. */
import variant from "@jitl/quickjs-wasmfile-release-sync";
import { newQuickJSWASMModuleFromVariant, newVariant, type QuickJSWASMModule } from "quickjs-emscripten-core";
import { Meter } from "./meter.ts";
// Made from the package's own file by meter-wasm.ts; quickjs-metered.node.test.ts holds the two together.
import quickjsMetered from "./quickjs-metered.wasm";

export interface Engine {
	quickjs: QuickJSWASMModule;
	meter: Meter;
	/** What the time is inside, in milliseconds. */
	clock: () => number;
	/** Puts the memory back to how it was before the first run; false when it has grown, which it never undoes. */
	reset(): boolean;
	/** Whether this run has ever used about so many bytes. */
	hasUsed(bytes: number): boolean;
}

/** What the module declares as its least, and what the largest run needs besides its own 64 MiB. */
const initialPages = 256;
const maximumPages = initialPages + 1024;
/** Where the heap begins, behind the C stack. */
const heapStart = 5_332_960;
/** `emscripten_date_now`, as the pinned package names it. */
const dateNow = "p";

/** All that is not zero in an instance that has just started, the same for each. */
let image: Uint8Array | undefined;

export async function newEngine(): Promise<Engine> {
	const memory = new WebAssembly.Memory({ initial: initialPages, maximum: maximumPages });
	const meter = new Meter();
	const engine = { meter, clock: Date.now, reset, hasUsed };

	function reset(): boolean {
		const bytes = new Uint8Array(memory.buffer);
		if (!image || bytes.length > initialPages * 65_536) return false;
		bytes.set(image);
		bytes.fill(0, image.length);
		return true;
	}

	function hasUsed(used: number): boolean {
		const start = heapStart + used;
		return start < memory.buffer.byteLength && usedLength(new Uint8Array(memory.buffer, start)) > 0;
	}

	async function instantiateWasm(
		imports: WebAssembly.Imports,
		onSuccess: (instance: WebAssembly.Instance) => void,
	): Promise<WebAssembly.Exports> {
		const host = charged(imports["a"] ?? {}, meter);
		host[dateNow] = () => engine.clock();
		const instance = await WebAssembly.instantiate(quickjsMetered, { a: host, sandbox: { poll: meter.poll } });
		meter.attach(instance.exports["fuel"] as WebAssembly.Global);
		onSuccess(instance);
		return instance.exports;
	}

	const emscriptenModule = { instantiateWasm, wasmMemory: memory };
	const quickjs = await newQuickJSWASMModuleFromVariant(newVariant(variant, { emscriptenModule }));
	const bytes = new Uint8Array(memory.buffer);
	image ??= bytes.slice(0, usedLength(bytes));
	return Object.assign(engine, { quickjs });
}

/** Every call into the host costs fuel: it takes far longer than the round of a loop that makes it. */
function charged(imports: WebAssembly.ModuleImports, meter: Meter): WebAssembly.ModuleImports {
	const entries = Object.entries(imports).map(([name, value]) => {
		if (typeof value !== "function") return [name, value] as const;
		return [name, (...parameters: unknown[]): unknown => meter.host(() => value(...parameters))] as const;
	});
	return Object.fromEntries(entries);
}

/** Up to the last byte that is not zero. */
function usedLength(bytes: Uint8Array): number {
	let length = bytes.length;
	while (length > 0 && bytes[length - 1] === 0) length--;
	return length;
}
