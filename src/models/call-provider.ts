/** One request that a provider answers as a whole: bounded in time, and made again while its failure may pass. */
import type { AppError } from "#core/errors";
import { unlessAborted } from "#core/unless-aborted";
import { cancellation } from "./call-watch.ts";
import type { ModelFailure } from "./model-error.ts";
import { sleep } from "./sleep.ts";

export interface CallPolicy {
	/** How often a request is made at most, the first time included. */
	attempts: number;
	/** Ms before the second attempt; doubles with each, and up to half of it is taken off at random. */
	delay: number;
	/** Ms; a provider that asks for a longer wait is not called again. */
	maxDelay: number;
	/** Ms for one attempt. */
	timeout: number;
}

/** Shared by the requests to one provider: when it turns one away, the others wait with it. */
export interface Pace {
	/** Epoch ms before which no request is made. */
	until: number;
}

export interface ProviderCall<Answer> {
	send(signal: AbortSignal): PromiseLike<Answer>;
	/** What a failure means; throws where it ends the matter. */
	failure(thrown: unknown): ModelFailure;
	/** The error where an attempt takes too long. */
	late(): AppError;
	signal?: AbortSignal;
	policy: CallPolicy;
	pace: Pace;
}

/** @throws {AppError} What `failure` and `late` say, `cancelled` (or the AppError that the signal was aborted with). */
export async function callProvider<Answer>(call: ProviderCall<Answer>): Promise<Answer> {
	const { pace, policy, signal } = call;
	for (let attempt = 1; ; attempt++) {
		await pause(pace, signal);
		try {
			return await attempted(call);
		} catch (thrown) {
			if (signal?.aborted) throw cancellation(signal);
			const { error, retryable, retryAfter = 0 } = call.failure(thrown);
			if (!retryable || attempt >= policy.attempts || retryAfter > policy.maxDelay) throw error;
			const backOff = Math.min(policy.delay * 2 ** (attempt - 1), policy.maxDelay) * (1 - Math.random() / 2);
			pace.until = Math.max(pace.until, Date.now() + Math.max(retryAfter, backOff));
		}
	}
}

async function attempted<Answer>({ send, late, signal, policy }: ProviderCall<Answer>): Promise<Answer> {
	const tooLate = new AbortController();
	const timer = setTimeout(() => tooLate.abort(late()), policy.timeout);
	const abortSignal = signal ? AbortSignal.any([signal, tooLate.signal]) : tooLate.signal;
	try {
		// A binding does not heed the signal, so the wait for it is ended as well.
		return await unlessAborted(Promise.resolve(send(abortSignal)), abortSignal);
	} catch (error) {
		tooLate.signal.throwIfAborted();
		throw error;
	} finally {
		clearTimeout(timer);
	}
}

/** Others may lengthen it while this one waits. */
async function pause(pace: Pace, signal: AbortSignal | undefined): Promise<void> {
	if (signal?.aborted) throw cancellation(signal);
	for (let wait = pace.until - Date.now(); wait > 0; wait = pace.until - Date.now()) {
		await sleep(wait, signal).catch(() => {
			throw cancellation(signal);
		});
	}
}
