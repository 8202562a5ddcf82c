/** Fetches a document from an address that a user gave, and no more of it than a document may have. */
import { AppError } from "#core/errors";
import { readAtMost } from "#core/read-at-most";
import { maxDocumentBytes } from "./documents/limits.ts";

export interface FetchedDocument {
	bytes: Uint8Array;
	contentType: string | undefined;
}

const timeoutMs = 60_000;

/** Throws `bad_gateway` where there is no document to be had, `payload_too_large`, and what `fetch` refuses. */
export async function fetchDocument(
	fetch: typeof globalThis.fetch,
	url: string,
	signal: AbortSignal,
): Promise<FetchedDocument> {
	const { host } = new URL(url);
	const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
	try {
		const response = await fetch(url, { signal: limit });
		if (!response.ok) {
			await response.body?.cancel();
			throw new AppError("bad_gateway", `${host} answered ${response.status}.`);
		}
		const contentType = response.headers.get("content-type") ?? undefined;
		return { bytes: await readAtMost(response, maxDocumentBytes, () => tooLarge(host)), contentType };
	} catch (error) {
		signal.throwIfAborted();
		if (error instanceof AppError) throw error;
		throw new AppError("bad_gateway", `Nothing could be fetched from ${host}.`, { cause: error });
	}
}

function tooLarge(host: string): AppError {
	return new AppError("payload_too_large", `What ${host} sends is larger than ${maxDocumentBytes} bytes.`);
}
