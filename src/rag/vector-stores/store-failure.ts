/** What goes wrong at a store, in our words: its name and a status, never its answer, its address, a key or a query. */
import { AppError } from "#core/errors";
import { secondsToWait } from "#core/retry-after";

export const mostAnswerBytes = 32 * 1024 * 1024;

export function statusFailure(store: string, status: number, retryAfter: string | null): AppError {
	switch (status) {
		case 401:
		case 403:
			return new AppError("bad_gateway", `${store} refused the key (${status}).`);
		case 404:
			return new AppError("bad_gateway", `${store} has nothing at this address (404).`);
		case 429:
		case 503:
			return new AppError("service_unavailable", `${store} is busy (${status}).`, {
				details: { retryAfter: secondsToWait(retryAfter) },
			});
		case 408:
		case 504:
			return timeoutFailure(store);
		default:
			return new AppError("bad_gateway", `${store} ${status < 500 ? "rejected the request" : "failed"} (${status}).`);
	}
}

export function timeoutFailure(store: string): AppError {
	return new AppError("gateway_timeout", `${store} did not answer in time.`);
}

export function unreachable(store: string): AppError {
	return new AppError("bad_gateway", `${store} could not be reached.`);
}

export function notUnderstood(store: string): AppError {
	return new AppError("bad_gateway", `${store} gave an answer that is not understood.`);
}

export function tooLong(store: string): AppError {
	return new AppError("bad_gateway", `${store} gave an answer of more than ${mostAnswerBytes / 1024 / 1024} MiB.`);
}
