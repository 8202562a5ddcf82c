/**
 * Rewrites a WebAssembly module so that nothing in it runs unnoticed: every loop counts down the exported global `fuel`
 * and calls the imported `sandbox.poll` when none is left.
 *
 * QuickJS asks its interrupt handler between bytecodes and in regular expressions only; `[].indexOf.call({ length: 2 **
 * 53 })` stays in C for years. And in production no clock moves while a Worker computes, so that a deadline alone stops
 * nothing there.
 */
import { initialPages } from "./initial-pages.ts";
import { meterFunction, type Metering } from "./meter-function.ts";
import { joined, nameBytes, signed, unsigned, WasmReader, withItem } from "./wasm-bytes.ts";

/** WebAssembly §5.5.2. */
const sections = { custom: 0, type: 1, import: 2, function: 3, global: 6, export: 7, start: 8, element: 9, code: 10 };
/** So much that the module can start by itself, before anybody gives it fuel. */
const fuelAtStart = 2 ** 30;

interface Module {
	sections: { id: number; body: Uint8Array }[];
	/** How many parameters each type has. */
	parameters: number[];
	/** The types of the functions that are not imported. */
	types: number[];
	importedFunctions: number;
	globals: number;
}

export function meterWasm(wasm: Uint8Array): Uint8Array<ArrayBuffer> {
	const module = readModule(wasm);
	const rewritten = module.sections.map(({ id, body }) => {
		const bytes = rewriteSection(module, id, body);
		return joined([[id], unsigned(bytes.length), bytes]);
	});
	return joined([wasm.subarray(0, 8), ...rewritten]);
}

function readModule(wasm: Uint8Array): Module {
	const module: Module = { sections: [], parameters: [], types: [], importedFunctions: 0, globals: 0 };
	const reader = new WasmReader(wasm, 8);
	while (!reader.done) {
		const id = reader.byte();
		const body = reader.bytes(reader.u32());
		// Names and notes for debuggers, which would no longer be true.
		if (id === sections.custom) continue;
		module.sections.push({ id, body });
		const inside = new WasmReader(body);
		if (id === sections.type) module.parameters = inside.vector(() => parametersOf(inside));
		if (id === sections.import)
			module.importedFunctions = inside.vector(() => isFunction(inside)).filter(Boolean).length;
		if (id === sections.function) module.types = inside.vector(() => inside.u32());
		if (id === sections.global) module.globals = inside.u32();
	}
	return module;
}

function rewriteSection(module: Module, id: number, body: Uint8Array): Uint8Array {
	const reader = new WasmReader(body);
	// The new import stands before all functions of the module's own, which each move on by one.
	const moved = (index: number): number => (index < module.importedFunctions ? index : index + 1);
	const metering: Metering = { moved, fuel: module.globals, poll: module.importedFunctions };
	if (id === sections.type) return withItem(body, [0x60, 0, 0]);
	if (id === sections.import)
		return withItem(withInitialPages(reader), [
			...nameBytes("sandbox"),
			...nameBytes("poll"),
			0,
			...unsigned(module.parameters.length),
		]);
	if (id === sections.global) return withItem(body, [0x7f, 1, 0x41, ...signed(fuelAtStart), 0x0b]);
	if (id === sections.start) return joined([unsigned(moved(reader.u32()))]);
	if (id === sections.export)
		return withItem(movedExports(reader, moved), [...nameBytes("fuel"), 3, ...unsigned(module.globals)]);
	if (id === sections.element) return movedElements(reader, moved);
	if (id !== sections.code) return body;
	const codes = reader.vector((index) => {
		const parameters = module.parameters[module.types[index] ?? -1] ?? 0;
		const code = meterFunction(reader.bytes(reader.u32()), parameters, metering);
		return joined([unsigned(code.length), code]);
	});
	return joined([unsigned(codes.length), ...codes]);
}

function parametersOf(reader: WasmReader): number {
	if (reader.byte() !== 0x60) throw unsupported("type");
	const parameters = reader.vector(() => reader.byte()).length;
	reader.vector(() => reader.byte());
	return parameters;
}

function isFunction(reader: WasmReader): boolean {
	reader.name();
	reader.name();
	const kind = reader.byte();
	if (kind === 0) reader.u32();
	else if (kind === 2) for (let left = reader.byte() & 1; left >= 0; left--) reader.u32();
	else throw unsupported("import");
	return kind === 0;
}

/** The imports, the memory among them with another least size. */
function withInitialPages(reader: WasmReader): Uint8Array {
	const entries = reader.vector(() => {
		const start = reader.position;
		reader.name();
		reader.name();
		const kind = reader.byte();
		if (kind === 0) {
			reader.u32();
			return reader.since(start);
		}
		const flags = reader.byte();
		const head = reader.since(start);
		reader.u32();
		const most = flags & 1 ? unsigned(reader.u32()) : [];
		return joined([head, unsigned(initialPages), most]);
	});
	return joined([unsigned(entries.length), ...entries]);
}

function movedExports(reader: WasmReader, moved: Metering["moved"]): Uint8Array {
	const entries = reader.vector(() => {
		const name = reader.name();
		const kind = reader.byte();
		const index = reader.u32();
		return joined([name, [kind], unsigned(kind === 0 ? moved(index) : index)]);
	});
	return joined([unsigned(entries.length), ...entries]);
}

/** Active segments of function indices at a constant offset, the one kind that compilers write for C. */
function movedElements(reader: WasmReader, moved: Metering["moved"]): Uint8Array {
	const segments = reader.vector(() => {
		const start = reader.position;
		if (reader.u32() !== 0 || reader.byte() !== 0x41) throw unsupported("element segment");
		reader.skipNumber();
		reader.byte();
		const head = reader.since(start);
		const functions = reader.vector(() => unsigned(moved(reader.u32())));
		return joined([head, unsigned(functions.length), ...functions]);
	});
	return joined([unsigned(segments.length), ...segments]);
}

function unsupported(what: string): Error {
	return new Error(`The WebAssembly module has a kind of ${what} that metering does not know.`);
}
