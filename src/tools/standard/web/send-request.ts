/** One request to a server nobody vouches for: its answer is read up to a number of bytes and a moment, then cut off. */
import { AppError, asAppError } from "#core/errors";
import { version } from "#core/version";
import type { ToolScope } from "#tools/standard/standard-tool";

export interface SendLimits {
	/** From the request to the last byte. */
	timeoutMs: number;
	maxBytes: number;
}

export interface Answer {
	/** Where the answer is from, after redirects. */
	url: string;
	status: number;
	headers: Headers;
	body: Uint8Array;
	/** Whether the body had more. */
	truncated: boolean;
}

/** @throws {AppError} `address_not_allowed`, `gateway_timeout`, `bad_gateway`, `cancelled` */
export async function sendRequest(
	{ fetch, signal }: Pick<ToolScope, "fetch" | "signal">,
	url: string,
	init: RequestInit,
	{ timeoutMs, maxBytes }: SendLimits,
): Promise<Answer> {
	const stop = new AbortController();
	const timedOut = new AppError("gateway_timeout", `${hostOf(url)} did not answer in full within ${timeoutMs} ms.`);
	const timer = setTimeout(() => stop.abort(timedOut), timeoutMs);
	const cancel = () => stop.abort(signal.reason);
	signal.addEventListener("abort", cancel, { once: true });
	if (signal.aborted) cancel();
	const headers = new Headers(init.headers);
	if (!headers.has("user-agent")) headers.set("user-agent", `agentic-edge/${version}`);
	try {
		const response = await responseUnlessStopped(
			() => fetch(url, { ...init, headers, signal: stop.signal }),
			stop.signal,
		);
		const read = await readBody(response.body, maxBytes, stop.signal);
		return { url: response.url || url, status: response.status, headers: response.headers, ...read };
	} catch (thrown) {
		if (stop.signal.aborted)
			throw asAppError(stop.signal.reason) ?? new AppError("cancelled", "The call was cancelled.");
		throw asAppError(thrown) ?? new AppError("bad_gateway", `${hostOf(url)} could not be reached.`, { cause: thrown });
	} finally {
		clearTimeout(timer);
		signal.removeEventListener("abort", cancel);
	}
}

/** Resolving a name and sending may not heed the signal; an answer that comes too late is thrown away. */
async function responseUnlessStopped(send: () => Promise<Response>, signal: AbortSignal): Promise<Response> {
	signal.throwIfAborted();
	const sent = send();
	const stopped = whenAborted(signal);
	try {
		return await Promise.race([sent, stopped.promise]);
	} catch (error) {
		sent.then((late) => late.body?.cancel()).catch(() => {});
		throw error;
	} finally {
		stopped.forget();
	}
}

async function readBody(body: Response["body"], maxBytes: number, signal: AbortSignal) {
	if (!body) return { body: new Uint8Array(), truncated: false };
	const reader = body.getReader();
	const stopped = whenAborted(signal);
	const chunks: Uint8Array[] = [];
	let left = maxBytes;
	try {
		for (;;) {
			const { done, value } = await Promise.race([reader.read(), stopped.promise]);
			if (done) return { body: joined(chunks), truncated: false };
			chunks.push(value.subarray(0, left));
			if (value.byteLength > left) return { body: joined(chunks), truncated: true };
			left -= value.byteLength;
		}
	} finally {
		stopped.forget();
		reader.cancel().catch(() => {});
	}
}

function whenAborted(signal: AbortSignal) {
	const { promise, reject } = Promise.withResolvers<never>();
	promise.catch(() => {});
	const abort = () => reject(signal.reason);
	signal.addEventListener("abort", abort, { once: true });
	return { promise, forget: () => signal.removeEventListener("abort", abort) };
}

function joined(chunks: Uint8Array[]): Uint8Array {
	const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0));
	let offset = 0;
	for (const chunk of chunks) {
		bytes.set(chunk, offset);
		offset += chunk.byteLength;
	}
	return bytes;
}

/** Path and query may hold secrets. */
function hostOf(url: string): string {
	return URL.parse(url)?.host || "The server";
}
