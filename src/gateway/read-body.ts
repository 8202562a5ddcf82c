/** A request body in memory, capped: nothing is forwarded before it is whole, and no more than the cap is ever held. */
import { AppError } from "#core/errors";

export interface ReadOptions {
	maxBytes: number;
	/** A client that sends more slowly is dropped. */
	timeoutMs: number;
}

/** The plain bytes; `gzip` and `deflate` are undone under the same cap (RFC 9110 §8.4). */
export async function readBody(
	request: Request,
	{ maxBytes, timeoutMs }: ReadOptions,
): Promise<Uint8Array | undefined> {
	if (request.body === null) return undefined;
	const declared = Number(request.headers.get("content-length") ?? 0);
	if (declared > maxBytes) throw tooLarge(maxBytes);
	const encoding = request.headers.get("content-encoding")?.trim().toLowerCase() || "identity";
	const timeout = Promise.withResolvers<never>();
	const timer = setTimeout(() => timeout.reject(tooSlow()), timeoutMs);
	const reader = decoded(request.body, encoding).getReader();
	try {
		return await Promise.race([readAll(reader, maxBytes), timeout.promise]);
	} catch (error) {
		reader.cancel().catch(() => {});
		if (error instanceof AppError) throw error;
		throw new AppError("malformed_request", "The body broke off or is not what its headers say.", { cause: error });
	} finally {
		clearTimeout(timer);
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
