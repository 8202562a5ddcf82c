/**
 * Refuses a PDF of which a few kilobytes become gigabytes. PDF.js inflates whatever it is given and keeps all of it, so
 * its streams are inflated once before, only to be counted.
 */
import { createInflate } from "node:zlib";
import type { AppError } from "#core/errors";
import { refuse } from "#rag/documents/refuse";

const keyword = Buffer.from("stream");
/** Of one stream: as much as a page of the densest map. Pictures are larger, and are not looked at for their text. */
const maxContent = 32 * 1024 * 1024;
const maxPicture = 256 * 1024 * 1024;
const maxTotal = 1024 * 1024 * 1024;
/** Of content, before others go first and an abort can arrive: inflating waits for nobody. */
const contentPerWait = 4 * 1024 * 1024;
/** What a stream costs however small it is, counted as content. */
const streamOverhead = 16 * 1024;
const pieceSize = 64 * 1024;
/** Of a dictionary, in front of its stream. */
const lookBack = 1024;

export async function checkStreams(
	bytes: Uint8Array,
	{ name, signal }: { name: string; signal?: AbortSignal },
): Promise<void> {
	const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const starts = streamStarts(file);
	if (starts.length * streamOverhead > maxTotal) throw tooLarge(name);
	let total = 0;
	let waited = 0;
	for (const start of starts) {
		const limit = isPicture(file, start) ? maxPicture : maxContent;
		const size = await inflatedSize(bytes.subarray(start), limit);
		total += size + streamOverhead;
		if (size > limit || total > maxTotal) throw tooLarge(name);
		if (total - waited < contentPerWait) continue;
		waited = total;
		await new Promise((resolve) => setTimeout(resolve));
		signal?.throwIfAborted();
	}
}

/** Where the compressed ones begin; no more than are too many. */
function streamStarts(file: Buffer): number[] {
	const starts: number[] = [];
	for (let at = file.indexOf(keyword); at !== -1; at = file.indexOf(keyword, at + keyword.length)) {
		const start = dataAfter(file, at);
		if (start !== undefined) starts.push(start);
		if (starts.length * streamOverhead > maxTotal) break;
	}
	return starts;
}

function isPicture(file: Buffer, start: number): boolean {
	return /\/Subtype\s*\/Image\b/.test(file.toString("latin1", Math.max(0, start - lookBack), start));
}

function tooLarge(name: string): AppError {
	return refuse(name, "has content that becomes too large when it is unpacked.");
}

/** Where compressed data begins after the keyword; undefined where none does (RFC 1950 §2.2). */
function dataAfter(file: Buffer, keywordAt: number): number | undefined {
	let at = keywordAt + keyword.length;
	if (file[at] === 0x0d) at++;
	if (file[at] === 0x0a) at++;
	const [method = 0, flags = 0] = file.subarray(at, at + 2);
	return (method & 0x0f) === 8 && (method * 256 + flags) % 31 === 0 ? at : undefined;
}

/** Up to the end of the data, or a little more than `limit`. Damaged data counts as far as it can be read. */
async function inflatedSize(data: Uint8Array, limit: number): Promise<number> {
	const inflate = createInflate({ chunkSize: pieceSize });
	let size = 0;
	try {
		inflate.end(data);
		for await (const piece of inflate as AsyncIterable<Buffer>) {
			size += piece.length;
			if (size > limit) break;
		}
	} catch {
		// Readers of PDF make the best of it as well.
	}
	inflate.destroy();
	return size;
}
