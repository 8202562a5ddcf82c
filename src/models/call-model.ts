/**
 * One call of a model, as the parts that it streams: retried while nothing of the answer has been handed on, bounded in
 * time, and closed at the provider when it is cancelled or abandoned.
 *
 * It reads the provider's own stream: a second pass over the tokens would cost more than the rest of a turn.
 */

import type { LanguageModelV4, LanguageModelV4CallOptions, LanguageModelV4StreamPart } from "@ai-sdk/provider";
import type { AppError } from "#core/errors";
import { cancellation, type ModelTimeouts, watchCall } from "./call-watch.ts";
import { brokenOff, type ModelFailure, modelFailure, providerOf } from "./model-error.ts";
import { sleep } from "./sleep.ts";

interface RetryPolicy {
	/** How often a call is made at most, the first time included. */
	attempts: number;
	/** Ms before the second attempt; doubles with each, and up to half of it is taken off at random. */
	delay: number;
	/** Ms; a provider that asks for a longer wait is not called again. */
	maxDelay: number;
}

export interface ModelRetry {
	/** The attempt that failed, from 1. */
	attempt: number;
	/** Ms until the next. */
	delay: number;
	error: AppError;
}

export interface CallModelOptions {
	signal?: AbortSignal;
	timeouts?: Partial<ModelTimeouts>;
	retry?: Partial<RetryPolicy>;
	onRetry?: (retry: ModelRetry) => void;
}

const defaultTimeouts: ModelTimeouts = { firstPart: 60_000, idle: 60_000, total: 600_000 };
const defaultRetry: RetryPolicy = { attempts: 3, delay: 500, maxDelay: 20_000 };

/**
 * Ends after the `finish` part. Error parts are thrown, never yielded.
 *
 * @throws {AppError} `provider_error`, `provider_timeout`, `cancelled` (or the AppError that the signal was aborted with).
 */
export async function* callModel(
	model: LanguageModelV4,
	callOptions: LanguageModelV4CallOptions,
	options: CallModelOptions = {},
): AsyncGenerator<LanguageModelV4StreamPart, void, void> {
	if (options.signal?.aborted) throw cancellation(options.signal);
	const timeouts = { ...defaultTimeouts, ...options.timeouts };
	const retry = { ...defaultRetry, ...options.retry };
	const deadline = Date.now() + timeouts.total;
	const provider = providerOf(model);

	for (let attempt = 1; ; attempt++) {
		const watch = watchCall(provider, timeouts, deadline, options.signal);
		/** What comes before the answer; held back until the answer begins, so that the call can still be made again. */
		const preamble: LanguageModelV4StreamPart[] = [];
		let begun = false;
		let finished = false;
		let failure: ModelFailure;
		try {
			const { stream } = await watch.opened(model.doStream({ ...callOptions, abortSignal: watch.signal }));
			const reader = watch.reading(stream);
			for (;;) {
				watch.waiting();
				const { done, value: part } = await reader.read();
				watch.received();
				if (done) break;
				if (part.type === "error") throw part.error;
				if (part.type === "finish") {
					if (part.finishReason.unified === "interrupted") break;
					finished = true;
				}
				if (!begun) {
					if (isPreamble(part)) {
						preamble.push(part);
						continue;
					}
					begun = true;
					watch.begun();
					yield* preamble;
				}
				yield part;
			}
			if (finished) return;
			throw brokenOff();
		} catch (thrown) {
			const stopped = watch.stopped();
			failure = stopped ? { error: stopped, retryable: false } : modelFailure(thrown, model);
		} finally {
			watch.close(finished);
		}

		const delay = retryDelay(failure, attempt, retry);
		if (begun || delay === undefined || Date.now() + delay >= deadline) throw failure.error;
		options.onRetry?.({ attempt, delay, error: failure.error });
		await pause(delay, options.signal);
	}
}

function isPreamble({ type }: LanguageModelV4StreamPart): boolean {
	return type === "stream-start" || type === "response-metadata" || type === "ping" || type === "raw";
}

/** Ms until the next attempt; undefined when there is none. */
function retryDelay(
	{ retryable, retryAfter = 0 }: ModelFailure,
	attempt: number,
	retry: RetryPolicy,
): number | undefined {
	if (!retryable || attempt >= retry.attempts || retryAfter > retry.maxDelay) return undefined;
	const backOff = Math.min(retry.delay * 2 ** (attempt - 1), retry.maxDelay) * (1 - Math.random() / 2);
	return Math.max(retryAfter, Math.round(backOff));
}

async function pause(delay: number, signal: AbortSignal | undefined): Promise<void> {
	await sleep(delay, signal).catch(() => {
		throw cancellation(signal);
	});
}
