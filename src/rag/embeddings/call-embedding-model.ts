/** One request for vectors: bounded in time, made again while its failure may pass, and told as one span. */
import type { EmbeddingModelV4, EmbeddingModelV4CallOptions, EmbeddingModelV4Result } from "@ai-sdk/provider";
import { AppError, asAppError } from "#core/errors";
import type { Span } from "#core/telemetry";
import { unlessAborted } from "#core/unless-aborted";
import { cancellation } from "#models/call-watch";
import { sleep } from "#models/sleep";
import { embeddingFailure } from "./embedding-failure.ts";

export interface EmbeddingCallPolicy {
	/** How often a request is made at most, the first time included. */
	attempts: number;
	/** Ms before the second attempt; doubles with each, and up to half of it is taken off at random. */
	delay: number;
	/** Ms; a provider that asks for a longer wait is not called again. */
	maxDelay: number;
	/** Ms for one attempt. */
	timeout: number;
}

export interface EmbeddingCall extends Pick<EmbeddingModelV4CallOptions, "values" | "dimensions" | "providerOptions"> {
	model: EmbeddingModelV4;
	/** How messages and spans call it. */
	provider: string;
	signal?: AbortSignal;
	span?: Span;
	policy: EmbeddingCallPolicy;
	pace: Pace;
}

/** Shared by the requests to one provider: when it turns one away, the others wait with it. */
export interface Pace {
	/** Epoch ms before which no request is made. */
	until: number;
}

/** The provider takes no request of this size. */
export class TooLargeError extends Error {}

/** @throws {AppError | TooLargeError} As `Embedder.embed` does, or because the request was too large. */
export async function callEmbeddingModel(call: EmbeddingCall): Promise<EmbeddingModelV4Result> {
	const { model, provider, span: parent, dimensions } = call;
	const span = parent?.child(`embeddings ${model.modelId}`, {
		kind: "client",
		attributes: {
			"gen_ai.operation.name": "embeddings",
			"gen_ai.provider.name": provider,
			"gen_ai.request.model": model.modelId,
			...(dimensions !== undefined && { "gen_ai.embeddings.dimension.count": dimensions }),
		},
	});
	try {
		const result = await untilItSucceeds(call);
		span?.end(result.usage && { "gen_ai.usage.input_tokens": result.usage.tokens });
		return result;
	} catch (error) {
		span?.fail(asAppError(error)?.code ?? "payload_too_large");
		span?.end();
		throw error;
	}
}

async function untilItSucceeds(call: EmbeddingCall): Promise<EmbeddingModelV4Result> {
	const { pace, policy, signal, values } = call;
	for (let attempt = 1; ; attempt++) {
		await pause(pace, signal);
		try {
			return await attempted(call);
		} catch (thrown) {
			if (signal?.aborted) throw cancellation(signal);
			const { error, retryable, retryAfter = 0, isTooLarge } = embeddingFailure(thrown, call);
			if (isTooLarge && values.length > 1) throw new TooLargeError();
			if (!retryable || attempt >= policy.attempts || retryAfter > policy.maxDelay) throw error;
			const backOff = Math.min(policy.delay * 2 ** (attempt - 1), policy.maxDelay) * (1 - Math.random() / 2);
			pace.until = Math.max(pace.until, Date.now() + Math.max(retryAfter, backOff));
		}
	}
}

async function attempted(call: EmbeddingCall): Promise<EmbeddingModelV4Result> {
	const { model, values, dimensions, providerOptions, signal, policy } = call;
	const late = new AbortController();
	const timer = setTimeout(() => late.abort(timedOut(call)), policy.timeout);
	const abortSignal = signal ? AbortSignal.any([signal, late.signal]) : late.signal;
	try {
		const answer = model.doEmbed({ values, dimensions, providerOptions, abortSignal });
		// A binding does not heed the signal, so the wait for it is ended as well.
		return await unlessAborted(Promise.resolve(answer), abortSignal);
	} catch (error) {
		late.signal.throwIfAborted();
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

function timedOut({ provider, policy }: EmbeddingCall): AppError {
	return new AppError("provider_timeout", `${provider} gave no vectors within ${policy.timeout / 1000} s.`);
}
