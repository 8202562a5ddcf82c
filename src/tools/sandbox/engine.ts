/** QuickJS in a WebAssembly instance of its own, metered, with memory that has an end and that can be made pristine. */
import variant from "@jitl/quickjs-wasmfile-release-sync";
import { newQuickJSWASMModuleFromVariant, newVariant, type QuickJSWASMModule } from "quickjs-emscripten-core";
import { initialPages } from "./initial-pages.ts";
import { heapBytes, MemoryImage } from "./memory-image.ts";
import { Meter } from "./meter.ts";
// Made from the package's own file by meter-wasm.ts; quickjs-metered.node.test.ts holds the two together.
import quickjsMetered from "./quickjs-metered.wasm";

export interface Engine {
	quickjs: QuickJSWASMModule;
	meter: Meter;
	/** What the time is inside, in milliseconds. */
	clock: () => number;
	/** The memory as it is now is how every run finds it. */
	keep(): void;
	/** Puts the memory back to how it was kept; false when it has grown, which it never undoes. */
	reset(): boolean;
	/** Whether the heap of this run has ever had so many bytes. */
	hasUsed(bytes: number): boolean;
}

/** What the largest run needs besides its own 64 MiB. */
const maximumPages = initialPages + 1024;
/** `emscripten_date_now`, as the pinned package names it. */
const dateNow = "p";

export async function newEngine(): Promise<Engine> {
	const memory = new WebAssembly.Memory({ initial: initialPages, maximum: maximumPages });
	const meter = new Meter();
	const engine = { meter, clock: () => 0, keep, reset, hasUsed };
	let image: MemoryImage | undefined;

	function keep(): void {
		image = new MemoryImage(new Uint8Array(memory.buffer));
	}

	function reset(): boolean {
		return image?.restore(new Uint8Array(memory.buffer)) ?? false;
	}

	function hasUsed(used: number): boolean {
		return heapBytes(new Uint8Array(memory.buffer)) > used;
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
