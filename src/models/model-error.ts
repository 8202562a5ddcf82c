/** What goes wrong at a provider, in our words: its status and a short reason, never its body, its URL or a key. */

import { AISDKError, APICallError } from "@ai-sdk/provider";
import { AppError, asAppError } from "#core/errors";
import { secondsToWait } from "#core/retry-after";

export interface ModelFailure {
	error: AppError;
	/** Whether the same call may succeed a little later. */
	retryable: boolean;
	/** How long the provider asks to wait, in ms. */
	retryAfter?: number;
}

interface Upstream {
	statusCode?: number;
	isRetryable?: boolean;
	message?: string;
	responseHeaders?: Record<string, string>;
	data?: unknown;
}

/** Snake-case words, like `context_length_exceeded`; the form has no room for a key. */
const reasonPattern = /^[A-Za-z]+(?:_[A-Za-z]+)*$/;
const maxReason = 64;

/**
 * The failure behind whatever a model's stream threw or sent as its error. An upstream error is not kept as the cause:
 * it holds the prompt and the provider's whole answer, and causes are logged.
 */
export function modelFailure(thrown: unknown, model: { provider: string; modelId: string }): ModelFailure {
	const known = asAppError(thrown);
	if (known) return { error: known, retryable: false };
	const provider = providerOf(model);
	if (!APICallError.isInstance(thrown) && (AISDKError.isInstance(thrown) || thrown instanceof Error)) {
		return {
			error: new AppError("provider_error", `${provider} gave an answer that is not understood.`),
			retryable: false,
		};
	}

	const upstream: Upstream = typeof thrown === "object" && thrown !== null ? thrown : {};
	const retryAfter = retryAfterOf(upstream.responseHeaders);
	const details = retryAfter === undefined ? {} : { retryAfter: Math.ceil(retryAfter / 1000) };
	const message = provider === "local" ? localMessage(upstream) : upstreamMessage(provider, model.modelId, upstream);
	return { error: new AppError("provider_error", message, { details }), retryable: isRetryable(upstream), retryAfter };
}

/** The error of a stream that ended without the provider's word that the answer is complete. */
export function brokenOff(): APICallError {
	return new APICallError({
		message: "The stream ended early.",
		url: "",
		requestBodyValues: undefined,
		statusCode: 200,
	});
}

/** How messages call the provider of a model: the SDK's `openai.responses` is `openai`. */
export function providerOf(model: { provider: string }): string {
	return model.provider.split(".")[0]!;
}

/** Status 200 is an answer that broke off. */
function isRetryable({ statusCode, isRetryable: retryable }: Upstream): boolean {
	return retryable === true || statusCode === 200;
}

function upstreamMessage(provider: string, modelId: string, upstream: Upstream): string {
	const { statusCode } = upstream;
	const reason = reasonOf(upstream.data);
	const status = [statusCode, reason].filter(Boolean).join(", ");
	if (!status) return `${provider} ${APICallError.isInstance(upstream) ? "could not be reached" : "failed"}.`;
	switch (statusCode) {
		case 200:
			return `${provider} broke off its answer.`;
		case 401:
		case 403:
			return `${provider} refused the key (${status}).`;
		case 404:
			return `${provider} does not know the model "${modelId}" at this address (${status}).`;
		case 429:
			return `${provider} is limiting requests (${status}).`;
		default:
			return `${provider} ${(statusCode ?? 500) < 500 ? "rejected the request" : "failed"} (${status}).`;
	}
}

/** The stand-ins have no upstream: what they say was written by the author of the script. */
function localMessage({ statusCode, message = "failed" }: Upstream): string {
	return statusCode === undefined ? message : `${message} (${statusCode})`;
}

/** OpenAI and Azure: `error.code` or `.type`; Anthropic: `error.type`; Google: `error.status`. */
function reasonOf(data: unknown): string | undefined {
	const { error = data } = (data ?? {}) as { error?: unknown };
	const { code, status, type } = (error ?? {}) as Record<string, unknown>;
	return [code, status, type].find(isReason);
}

function isReason(value: unknown): value is string {
	return typeof value === "string" && value.length <= maxReason && reasonPattern.test(value);
}

/** In ms; OpenAI's `retry-after-ms` is more exact. */
function retryAfterOf(headers: Record<string, string> = {}): number | undefined {
	const ms = Number(headers["retry-after-ms"] ?? Number.NaN);
	if (ms >= 0) return ms;
	const seconds = secondsToWait(headers["retry-after"]);
	return seconds === undefined ? undefined : seconds * 1_000;
}
