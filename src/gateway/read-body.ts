/** A request body in memory, capped: nothing is forwarded before it is whole, and no more than the cap is ever held. */
import { AppError } from "#core/errors";
import type { Patience } from "./patience.ts";

export interface ReadOptions {
	maxBytes: number;
	/** A client that sends more slowly is dropped. */
	timeoutMs: number;
	patience: Patience;
}

/** How long a body is read on that is too large. */
const discardMs = 1_000;

/** The plain bytes; `gzip` and `deflate` are undone under the same cap (RFC 9110 §8.4). */
export async function readBody(
	request: Request,
	{ maxBytes, timeoutMs, patience }: ReadOptions,
): Promise<Uint8Array | undefined> {
	const declared = request.headers.get("content-length");
	if (Number(declared) > maxBytes) {
		await discard(request.body, 2 * maxBytes);
		throw tooLarge(maxBytes);
	}
	const encoding = request.headers.get("content-encoding")?.trim().toLowerCase() || "identity";
	// The runtime lets no more through than is declared, so it can be read in one go; to ask for its stream costs as much.
	if (encoding === "identity" && declared !== null) return await inTime(request.bytes());
	if (request.body === null) return undefined;
	const reader = decoded(request.body, encoding).getReader();
	try {
		return await inTime(readAll(reader, maxBytes));
	} catch (error) {
		reader.cancel().catch(() => {});
		throw error;
	}

	async function inTime(reading: Promise<Uint8Array>): Promise<Uint8Array> {
		try {
			return await patience.waitFor(reading, timeoutMs, tooSlow);
		} catch (error) {
			if (error instanceof AppError) throw error;
			throw new AppError("malformed_request", "The body broke off or is not what its headers say.", { cause: error });
		}
	}
}

function decoded(body: ReadableStream<Uint8Array>, encoding: string): ReadableStream<Uint8Array> {
	if (encoding === "identity") return body;
	if (encoding === "gzip" || encoding === "deflate") return body.pipeThrough(new DecompressionStream(encoding));
	throw new AppError("unsupported_media_type", "The body may be encoded with gzip or deflate, or not at all.");
}

async function readAll(reader: ReadableStreamDefaultReader<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
	const chunks: Uint8Array[] = [];
	let length = 0;
	for (;;) {
		const { done, value } = await reader.read();
		if (done) break;
		length += value.byteLength;
		if (length > maxBytes) throw tooLarge(maxBytes);
		chunks.push(value);
	}
	return chunks.length === 1 && chunks[0] ? chunks[0] : concatenated(chunks, length);
}

/**
 * Reads a body that nobody wants, for a moment: its sender may look for an answer only when all is sent, and hears of a
 * broken connection instead where that is closed before.
 */
async function discard(body: ReadableStream<Uint8Array> | null, mostBytes: number): Promise<void> {
	const reader = body?.getReader();
	if (!reader) return;
	const readOn = async () => {
		for (let length = 0; length < mostBytes;) {
			const { done, value } = await reader.read();
			if (done) return;
			length += value.byteLength;
		}
	};
	await Promise.race([readOn(), scheduler.wait(discardMs)]).catch(() => {});
	reader.cancel().catch(() => {});
}

function concatenated(chunks: Uint8Array[], length: number): Uint8Array {
	const bytes = new Uint8Array(length);
	let offset = 0;
	for (const chunk of chunks) {
		bytes.set(chunk, offset);
		offset += chunk.byteLength;
	}
	return bytes;
}

function tooLarge(maxBytes: number): AppError {
	return new AppError("payload_too_large", `The body is larger than ${maxBytes} bytes.`);
}

function tooSlow(): AppError {
	return new AppError("request_timeout", "The body did not arrive in time.");
}
