/** Reads and writes the few shapes of the WebAssembly binary format (§5.2) that metering a module needs. */

export class WasmReader {
	readonly source: Uint8Array;
	position: number;

	constructor(source: Uint8Array, position = 0) {
		this.source = source;
		this.position = position;
	}

	get done(): boolean {
		return this.position >= this.source.length;
	}

	byte(): number {
		const byte = this.source[this.position++];
		if (byte === undefined) throw new RangeError("The WebAssembly module ends too early.");
		return byte;
	}

	bytes(length: number): Uint8Array {
		this.position += length;
		return this.source.subarray(this.position - length, this.position);
	}

	/** LEB128, unsigned. */
	u32(): number {
		let value = 0;
		for (let shift = 0; ; shift += 7) {
			const byte = this.byte();
			value += (byte & 0x7f) * 2 ** shift;
			if (byte < 0x80) return value;
		}
	}

	/** A LEB128 number of any width, signed or not, where its value is of no interest. */
	skipNumber(): void {
		while (this.byte() >= 0x80);
	}

	name(): Uint8Array {
		const start = this.position;
		this.bytes(this.u32());
		return this.source.subarray(start, this.position);
	}

	vector<Item>(read: (index: number) => Item): Item[] {
		return Array.from({ length: this.u32() }, (_, index) => read(index));
	}

	/** What was read since `start`, as it stood. */
	since(start: number): Uint8Array {
		return this.source.subarray(start, this.position);
	}
}

/** LEB128, unsigned. */
export function unsigned(value: number): number[] {
	const bytes: number[] = [];
	for (; value >= 0x80; value = Math.floor(value / 0x80)) bytes.push((value & 0x7f) | 0x80);
	return [...bytes, value];
}

/** LEB128, signed, of an i32. */
export function signed(value: number): number[] {
	const bytes: number[] = [];
	for (; value < -0x40 || value > 0x3f; value >>= 7) bytes.push((value & 0x7f) | 0x80);
	return [...bytes, value & 0x7f];
}

export function nameBytes(name: string): number[] {
	return [...unsigned(name.length), ...new TextEncoder().encode(name)];
}

type Bytes = ArrayLike<number>;

export function joined(parts: Bytes[]): Uint8Array<ArrayBuffer> {
	const whole = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
	let position = 0;
	for (const part of parts) {
		whole.set(part, position);
		position += part.length;
	}
	return whole;
}

/** A vector with one more item at its end. */
export function withItem(vector: Uint8Array, item: Bytes): Uint8Array<ArrayBuffer> {
	const reader = new WasmReader(vector);
	const count = reader.u32();
	return joined([unsigned(count + 1), vector.subarray(reader.position), item]);
}
