/**
 * The parts of a ZIP archive (APPNOTE 6.3), read by its central directory. Nothing is inflated that was not asked for,
 * and nothing beyond what is allowed, whatever the directory claims.
 */
import { createInflateRaw } from "node:zlib";

export interface ZipArchive {
	/** In the order of the directory. */
	names: string[];
	/** The inflated part piece by piece; undefined where there is none of that name. */
	read(name: string): AsyncIterable<Uint8Array> | undefined;
}

export class ZipError extends Error {}

interface Entry {
	method: number;
	isEncrypted: boolean;
	compressed: number;
	size: number;
	offset: number;
}

const endMark = 0x06054b50;
const directoryMark = 0x02014b50;
const localMark = 0x04034b50;
const stored = 0;
const deflated = 8;
const maxEntries = 10_000;

/** @param maxBytes of all parts together that are read. */
export function readZip(bytes: Uint8Array, maxBytes: number): ZipArchive {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const entries = readDirectory(bytes, view);
	let left = maxBytes;
	return { names: [...entries.keys()], read };

	function read(name: string): AsyncIterable<Uint8Array> | undefined {
		const entry = entries.get(name);
		if (!entry) return undefined;
		if (entry.isEncrypted) throw new ZipError("is an encrypted archive");
		if (entry.size > left) throw new ZipError(`becomes larger than ${maxBytes / 1024 / 1024} MiB when it is unpacked`);
		const data = dataOf(bytes, view, entry);
		if (entry.method === stored) return bounded([data]);
		if (entry.method === deflated) return bounded(inflated(data));
		throw new ZipError("is compressed in a way that is not known here");
	}

	async function* bounded(pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
		for await (const piece of pieces) {
			left -= piece.length;
			if (left < 0) throw new ZipError(`becomes larger than ${maxBytes / 1024 / 1024} MiB when it is unpacked`);
			yield piece;
		}
	}
}

function readDirectory(bytes: Uint8Array, view: DataView): Map<string, Entry> {
	const end = findEnd(view);
	const count = view.getUint16(end + 10, true);
	let at = view.getUint32(end + 16, true);
	if (count > maxEntries) throw new ZipError(`has more than ${maxEntries} parts`);
	const entries = new Map<string, Entry>();
	for (let index = 0; index < count; index++) {
		if (at + 46 > bytes.length || view.getUint32(at, true) !== directoryMark) throw damaged();
		const nameEnd = at + 46 + view.getUint16(at + 28, true);
		const name = new TextDecoder().decode(bytes.subarray(at + 46, nameEnd)).replaceAll("\\", "/");
		// Two parts of one name are two documents to two readers; the first is the one that is shown.
		if (!entries.has(name)) entries.set(name, entryAt(view, at));
		at = nameEnd + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
	}
	return entries;
}

function entryAt(view: DataView, at: number): Entry {
	return {
		isEncrypted: (view.getUint16(at + 8, true) & 1) !== 0,
		method: view.getUint16(at + 10, true),
		compressed: view.getUint32(at + 20, true),
		size: view.getUint32(at + 24, true),
		offset: view.getUint32(at + 42, true),
	};
}

/** It is the last record, and may have a comment of up to 64 KiB behind it. */
function findEnd(view: DataView): number {
	for (let at = view.byteLength - 22; at >= 0 && at >= view.byteLength - 22 - 0xffff; at--) {
		if (view.getUint32(at, true) === endMark) return at;
	}
	throw damaged();
}

function dataOf(bytes: Uint8Array, view: DataView, { offset, compressed }: Entry): Uint8Array<ArrayBuffer> {
	if (offset + 30 > bytes.length || view.getUint32(offset, true) !== localMark) throw damaged();
	const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
	if (start + compressed > bytes.length) throw damaged();
	return bytes.slice(start, start + compressed);
}

/** By Node's inflater: it waits for whoever reads, where the platform's own inflates all that it is given. */
async function* inflated(data: Uint8Array): AsyncGenerator<Uint8Array> {
	const inflater = createInflateRaw();
	inflater.end(data);
	try {
		for await (const piece of inflater) yield piece as Uint8Array;
	} catch {
		throw damaged();
	} finally {
		inflater.destroy();
	}
}

function damaged(): ZipError {
	return new ZipError("is damaged or not complete");
}
