/**
 * Refuses a PDF of which a few kilobytes become gigabytes. PDF.js inflates whatever it is given and keeps all of it, so
 * its streams are inflated once before, only to be counted.
 */
import { createInflate } from "node:zlib";
import { refuse } from "#rag/documents/refuse";

const keyword = Buffer.from("stream");
/** Of one stream: as much as a page of the densest map. Pictures are larger, and are not looked at for their text. */
const maxContent = 32 * 1024 * 1024;
const maxPicture = 256 * 1024 * 1024;
const maxTotal = 1024 * 1024 * 1024;
const pieceSize = 64 * 1024;
/** Of a dictionary, in front of its stream. */
const lookBack = 1024;

export async function checkStreams(bytes: Uint8Array, name: string): Promise<void> {
	const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	let total = 0;
	for (let at = file.indexOf(keyword); at !== -1; at = file.indexOf(keyword, at + keyword.length)) {
		const start = dataAfter(file, at);
		if (start === undefined) continue;
		const isPicture = /\/Subtype\s*\/Image\b/.test(file.toString("latin1", Math.max(0, at - lookBack), at));
		const limit = isPicture ? maxPicture : maxContent;
		const size = await inflatedSize(bytes.subarray(start), limit);
		total += size;
		if (size > limit || total > maxTotal) throw refuse(name, "has content that becomes too large when it is unpacked.");
	}
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
