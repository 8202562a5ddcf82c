/** The `fetch` of a connection: every request belongs to an exchange, which counts what comes and can end it. */
import type { Exchange } from "./exchange.ts";

/** Names the call that a request is of. The SDK hands it on to `fetch`; it goes no further. */
export const callHeader = "x-mcp-call";

/** `exchangeOf` gets the call's name; what names none belongs to the connection as a whole. */
export function guardedFetch(send: typeof fetch, exchangeOf: (callId: string | null) => Exchange) {
	return async function guarded(url: string | URL, init: RequestInit = {}): Promise<Response> {
		const headers = new Headers(init.headers);
		const exchange = exchangeOf(headers.get(callHeader));
		headers.delete(callHeader);
		const signal = init.signal ? AbortSignal.any([init.signal, exchange.signal]) : exchange.signal;
		const response = await send(url, { ...init, headers, signal }).catch((error: unknown) => {
			exchange.failure = error;
			throw error;
		});
		exchange.failure = undefined;
		exchange.refusedWith = response.ok ? undefined : response.status;
		if (!response.body || isSmall(response, exchange)) return response;
		return new Response(response.body.pipeThrough(counting(exchange)), response);
	};
}

/** What says how long it is, and is that long, needs no counting on its way. */
function isSmall({ headers }: Response, exchange: Exchange): boolean {
	const length = headers.get("content-length");
	if (length === null || headers.has("content-encoding")) return false;
	exchange.take(Number(length));
	return true;
}

function counting(exchange: Exchange): TransformStream<Uint8Array, Uint8Array> {
	return new TransformStream({
		transform(chunk, controller) {
			exchange.take(chunk.byteLength);
			controller.enqueue(chunk);
		},
	});
}
