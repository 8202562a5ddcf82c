/** One WebAssembly function with a count at the head of each loop, and before each copy of memory one by its size. */
import { joined, unsigned, WasmReader } from "./wasm-bytes.ts";

export interface Metering {
	/** The new index of a function. */
	moved(index: number): number;
	/** The index of the global that counts down. */
	fuel: number;
	/** The index of the function that is called when none is left. */
	poll: number;
}

/** As a shift: 64 bytes cost as much as one round of a loop. */
const bytesPerRound = 6;

export function meterFunction(code: Uint8Array, parameters: number, metering: Metering): Uint8Array {
	const reader = new WasmReader(code);
	const declared = reader.vector(() => ({ count: reader.u32(), type: reader.byte() }));
	const size = parameters + declared.reduce((total, { count }) => total + count, 0);
	const groups = [...declared, { count: 1, type: 0x7f }].map(({ count, type }) => [...unsigned(count), type]);
	const parts: ArrayLike<number>[] = [unsigned(groups.length), ...groups];
	while (!reader.done) {
		const start = reader.position;
		const opcode = reader.byte();
		if (opcode === 0x10 || opcode === 0xd2) {
			parts.push([opcode, ...unsigned(metering.moved(reader.u32()))]);
			continue;
		}
		skipImmediates(reader, opcode);
		const instruction = reader.since(start);
		const copies = opcode === 0xfc && (instruction[1] === 0x0a || instruction[1] === 0x0b);
		if (copies) parts.push(chargeBytes(metering, size));
		parts.push(instruction);
		if (opcode === 0x03) parts.push(chargeRound(metering));
	}
	return joined(parts);
}

/** `fuel -= 1; if (fuel < 0) poll()`. */
function chargeRound({ fuel, poll }: Metering): number[] {
	const get = [0x23, ...unsigned(fuel)];
	const set = [0x24, ...unsigned(fuel)];
	return [...get, 0x41, 1, 0x6b, ...set, ...get, 0x41, 0, 0x48, 0x04, 0x40, 0x10, ...unsigned(poll), 0x0b];
}

/** `fuel -= length >>> 6`, with the length on top of the stack, where it stays. */
function chargeBytes({ fuel }: Metering, local: number): number[] {
	const length = unsigned(local);
	const charge = [0x23, ...unsigned(fuel), 0x20, ...length, 0x41, bytesPerRound, 0x76, 0x6b, 0x24, ...unsigned(fuel)];
	return [0x22, ...length, ...charge];
}

/** WebAssembly §5.4: what stands behind an opcode. An opcode that is not known here fails the build, never a run. */
function skipImmediates(reader: WasmReader, opcode: number): void {
	if (opcode <= 0x01 || opcode === 0x05 || opcode === 0x0b || opcode === 0x0f) return;
	if (opcode === 0x1a || opcode === 0x1b || opcode === 0xd1 || (opcode >= 0x45 && opcode <= 0xc4)) return;
	const one =
		(opcode >= 0x02 && opcode <= 0x04) || opcode === 0x0c || opcode === 0x0d || opcode === 0x41 || opcode === 0x42;
	if (one || (opcode >= 0x20 && opcode <= 0x26) || opcode === 0x3f || opcode === 0x40) return reader.skipNumber();
	if (opcode === 0x11 || (opcode >= 0x28 && opcode <= 0x3e)) return skipNumbers(reader, 2);
	if (opcode === 0x43) return void reader.bytes(4);
	if (opcode === 0x44) return void reader.bytes(8);
	if (opcode === 0x0e) return skipNumbers(reader, reader.u32() + 1);
	if (opcode !== 0xfc) throw new Error(`Metering does not know the WebAssembly opcode 0x${opcode.toString(16)}.`);
	const extended = reader.u32();
	if (extended <= 7) return;
	if (extended === 0x0b || extended === 0x09) return reader.skipNumber();
	if (extended === 0x0a || extended === 0x08) return skipNumbers(reader, 2);
	throw new Error(`Metering does not know the WebAssembly opcode 0xfc ${extended}.`);
}

function skipNumbers(reader: WasmReader, count: number): void {
	for (let left = count; left > 0; left--) reader.skipNumber();
}
