/** Ends one attempt at a model call early: when its caller cancels it, or when the provider takes too long. */

import { AppError, asAppError } from "#core/errors";

/** All in ms. */
export interface ModelTimeouts {
	/** From the request to the first part of the answer: connection, queue and thinking. */
	firstPart: number;
	/** Between two parts, not counting the time that the reader takes. */
	idle: number;
	/** All attempts and the waits between them. */
	total: number;
}

interface CallWatch {
	/** Aborts the request. */
	signal: AbortSignal;
	/** Why the attempt was ended early, if it was. */
	stopped(): AppError | undefined;
	/** Waits for the provider, but no longer than the call may last, for providers that ignore the signal. */
	opened<Result extends { stream: ReadableStream }>(opening: PromiseLike<Result>): Promise<Result>;
	/** The reader of the provider's stream; ending the call ends its pending read, so that no read needs a race. */
	reading<Part>(stream: ReadableStream<Part>): ReadableStreamDefaultReader<Part>;
	/** To be told around each read: three assignments, no timer. */
	waiting(): void;
	received(): void;
	/** The answer has begun: from here on the idle time counts. */
	begun(): void;
	/** Lets go of the call; where its answer is not complete, the provider's connection is closed. */
	close(complete: boolean): void;
}

/** `deadline` is when `timeouts.total` ends, in epoch ms; `name` is how messages call the provider. */
export function watchCall(name: string, timeouts: ModelTimeouts, deadline: number, caller?: AbortSignal): CallWatch {
	const controller = new AbortController();
	const { promise: aborted, reject } = Promise.withResolvers<never>();
	aborted.catch(ignore);
	let reader: ReadableStreamDefaultReader | undefined;
	let stopped: AppError | undefined;
	let limit = timeouts.firstPart;
	let waitingSince = Date.now();
	let hasBegun = false;
	let timer = setTimeout(check, Math.min(limit, timeouts.total));

	caller?.addEventListener("abort", cancel, { once: true });

	function check(): void {
		const now = Date.now();
		if (now >= deadline) return stop(timedOut(`${name} did not finish within ${seconds(timeouts.total)}.`));
		if (now - waitingSince >= limit) {
			const what = hasBegun ? "stopped in the middle of its answer" : "did not begin to answer";
			return stop(timedOut(`${name} ${what}: nothing came for ${seconds(limit)}.`));
		}
		const waited = Math.max(0, now - waitingSince);
		timer = setTimeout(check, Math.min(limit - waited, deadline - now));
	}

	function cancel(): void {
		stop(cancellation(caller));
	}

	function stop(error: AppError): void {
		stopped ??= error;
		close(false);
		reject(stopped);
	}

	function close(complete: boolean): void {
		clearTimeout(timer);
		caller?.removeEventListener("abort", cancel);
		if (complete) return;
		controller.abort();
		reader?.cancel().catch(ignore);
	}

	return {
		signal: controller.signal,
		stopped: () => stopped,
		async opened(opening) {
			try {
				return await Promise.race([opening, aborted]);
			} catch (error) {
				Promise.resolve(opening)
					.then((late) => late.stream.cancel(), ignore)
					.catch(ignore);
				throw error;
			}
		},
		reading(stream) {
			const reading = stream.getReader();
			reader = reading;
			return reading;
		},
		waiting() {
			if (hasBegun) waitingSince = Date.now();
		},
		received() {
			if (hasBegun) waitingSince = Number.POSITIVE_INFINITY;
		},
		begun() {
			hasBegun = true;
			limit = timeouts.idle;
			waitingSince = Number.POSITIVE_INFINITY;
			clearTimeout(timer);
			check();
		},
		close,
	};
}

/** The error of a call that its caller ended: the AppError that the signal carries, where it does. */
export function cancellation(signal: AbortSignal | undefined): AppError {
	return asAppError(signal?.reason) ?? new AppError("cancelled", "The model call was cancelled.");
}

function timedOut(message: string): AppError {
	return new AppError("provider_timeout", message);
}

function seconds(ms: number): string {
	return `${Math.round(ms / 100) / 10} s`;
}

function ignore(): void {}
