/** One request for vectors, told as one span. */
import type { EmbeddingModelV4, EmbeddingModelV4CallOptions, EmbeddingModelV4Result } from "@ai-sdk/provider";
import { AppError, asAppError } from "#core/errors";
import type { Span } from "#core/telemetry";
import { type CallPolicy, callProvider, type Pace } from "#models/call-provider";
import { type ProviderFailure, providerFailure } from "#models/provider-failure";

export interface EmbeddingCall extends Pick<EmbeddingModelV4CallOptions, "values" | "dimensions" | "providerOptions"> {
	model: EmbeddingModelV4;
	/** How messages and spans call it. */
	provider: string;
	signal?: AbortSignal;
	span?: Span;
	policy: CallPolicy;
	pace: Pace;
}

/** The provider takes no request of this size. */
export class TooLargeError extends Error {}

/** @throws {AppError | TooLargeError} As `Embedder.embed` does, or because the request was too large. */
export async function callEmbeddingModel(call: EmbeddingCall): Promise<EmbeddingModelV4Result> {
	const { model, provider, span: parent, values, dimensions, providerOptions, signal, policy, pace } = call;
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
		const result = await callProvider({
			send: (abortSignal) => model.doEmbed({ values, dimensions, providerOptions, abortSignal }),
			failure: (thrown) => failureOf(call, thrown),
			late: () => timedOut(call),
			...{ signal, policy, pace },
		});
		span?.end(result.usage && { "gen_ai.usage.input_tokens": result.usage.tokens });
		return result;
	} catch (error) {
		span?.fail(asAppError(error)?.code ?? "payload_too_large");
		span?.end();
		throw error;
	}
}

function failureOf({ model: { modelId }, provider, values }: EmbeddingCall, thrown: unknown): ProviderFailure {
	const failure = providerFailure(thrown, { provider, modelId });
	if (failure.isTooLarge && values.length > 1) throw new TooLargeError();
	return failure;
}

function timedOut({ provider, policy }: EmbeddingCall): AppError {
	return new AppError("provider_timeout", `${provider} gave no vectors within ${policy.timeout / 1000} s.`);
}
