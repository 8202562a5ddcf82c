/** One call to a domain: its answer streams through; a domain that fails or hangs becomes a clear error. */
import { AppError } from "#core/errors";
import type { Patience } from "./patience.ts";

export interface ForwardedRequest {
	url: string;
	method: string;
	headers: Record<string, string>;
	body?: Uint8Array;
}

/** `timeoutMs` bounds the wait for the response's head; its body may stream for as long as it likes. */
export async function forward(
	domain: Pick<Fetcher, "fetch">,
	{ url, ...init }: ForwardedRequest,
	patience: Patience,
	timeoutMs: number,
): Promise<Response> {
	try {
		return await patience.waitFor(domain.fetch(url, { ...init, redirect: "manual" }), timeoutMs, tooLate);
	} catch (error) {
		if (error instanceof AppError) throw error;
		throw new AppError("bad_gateway", "The service behind this path failed to answer.", { cause: error });
	}
}

function tooLate(): AppError {
	return new AppError("gateway_timeout", "The service behind this path did not answer in time.");
}
