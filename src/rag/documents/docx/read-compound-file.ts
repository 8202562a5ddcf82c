/** The streams of an OLE compound file ([MS-CFB]), the container of Word documents that a password protects. */

export interface CompoundFile {
	/** Undefined where there is no stream of that name. */
	stream(name: string): Uint8Array | undefined;
}

export class CompoundFileError extends Error {}

interface Entry {
	start: number;
	size: number;
}

const endOfChain = 0xfffffffe;
const rootType = 5;
const streamType = 2;
/** Smaller streams are in a stream of their own, in sectors of 64 bytes. */
const miniStreamCutoff = 4096;
const miniSectorSize = 64;
const headerChains = 109;

export function readCompoundFile(bytes: Uint8Array): CompoundFile {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	if (bytes.length < 512) throw new CompoundFileError("is not complete");
	const sectorSize = 1 << view.getUint16(30, true);
	if (sectorSize !== 512 && sectorSize !== 4096) throw new CompoundFileError("is damaged");

	const chains = readChains();
	const directory = follow(uint32(48));
	const entries = readEntries(directory);
	const root = entries.get("");
	const miniStream = root ? follow(root.start) : new Uint8Array();
	const miniChains = numbersIn(follow(uint32(60)));

	return {
		stream(name) {
			const entry = entries.get(name);
			if (!entry) return undefined;
			const data = entry.size < miniStreamCutoff ? followMini(entry.start) : follow(entry.start);
			return data.subarray(0, entry.size);
		},
	};

	function uint32(at: number): number {
		return view.getUint32(at, true);
	}

	function sector(index: number): Uint8Array {
		const start = (index + 1) * sectorSize;
		if (start + sectorSize > bytes.length + sectorSize - 1) throw new CompoundFileError("is not complete");
		return bytes.subarray(start, start + sectorSize);
	}

	/**
	 * For each sector the next one of its chain. The first 109 sectors of this table are named in the header. Of a list
	 * that goes round in a circle no more is read than a file of this size needs.
	 */
	function readChains(): number[] {
		const needed = Math.ceil(bytes.length / sectorSize / (sectorSize / 4));
		const places: number[] = [];
		for (let at = 76; at < 76 + headerChains * 4; at += 4) if (uint32(at) < endOfChain) places.push(uint32(at));
		let next = uint32(68);
		for (let guard = bytes.length / sectorSize; next < endOfChain && places.length < needed && guard > 0; guard--) {
			const numbers = numbersIn(sector(next));
			next = numbers.pop() ?? endOfChain;
			places.push(...numbers.filter((place) => place < endOfChain));
		}
		return places.slice(0, needed).flatMap((place) => numbersIn(sector(place)));
	}

	function follow(start: number): Uint8Array {
		return joined(start, chains, (index) => sector(index));
	}

	function followMini(start: number): Uint8Array {
		return joined(start, miniChains, (index) =>
			miniStream.subarray(index * miniSectorSize, (index + 1) * miniSectorSize),
		);
	}

	/** No chain is longer than the file: one that is goes round in a circle. */
	function joined(start: number, next: number[], part: (index: number) => Uint8Array): Uint8Array {
		const parts: Uint8Array[] = [];
		for (let index = start; index < endOfChain; index = next[index] ?? endOfChain) {
			if (parts.length > bytes.length / miniSectorSize) throw new CompoundFileError("is damaged");
			parts.push(part(index));
		}
		return Buffer.concat(parts);
	}
}

function readEntries(directory: Uint8Array): Map<string, Entry> {
	const view = new DataView(directory.buffer, directory.byteOffset, directory.byteLength);
	const entries = new Map<string, Entry>();
	for (let at = 0; at + 128 <= directory.length; at += 128) {
		const type = view.getUint8(at + 66);
		if (type !== streamType && type !== rootType) continue;
		const nameLength = Math.max(0, Math.min(view.getUint16(at + 64, true), 64) - 2);
		const name = new TextDecoder("utf-16le").decode(directory.subarray(at, at + nameLength));
		entries.set(type === rootType ? "" : name, {
			start: view.getUint32(at + 116, true),
			size: view.getUint32(at + 120, true),
		});
	}
	return entries;
}

function numbersIn(bytes: Uint8Array): number[] {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	return Array.from({ length: Math.floor(bytes.length / 4) }, (_, index) => view.getUint32(index * 4, true));
}
