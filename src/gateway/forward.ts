/** One call to a domain: its answer streams through; a domain that fails or hangs becomes a clear error. */
import { AppError } from "#core/errors";

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
	timeoutMs: number,
): Promise<Response> {
	const controller = new AbortController();
	const timer = setTimeout(() => controller.abort(), timeoutMs);
	try {
		return await domain.fetch(url, { ...init, redirect: "manual", signal: controller.signal });
	} catch (error) {
		if (controller.signal.aborted) throw tooLate();
		throw new AppError("bad_gateway", "The service behind this path failed to answer.", { cause: error });
	} finally {
		clearTimeout(timer);
	}
}

function tooLate(): AppError {
	return new AppError("gateway_timeout", "The service behind this path did not answer in time.");
}
