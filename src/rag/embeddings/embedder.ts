/** What turns texts into vectors, whoever computes them. */
import type { Span } from "#core/telemetry";

/** Families of models that were trained on pairs embed a question otherwise than what answers it. */
export type EmbeddingPurpose = "passage" | "question";

export interface EmbedOptions {
	signal?: AbortSignal;
	/** `passage` by default. */
	for?: EmbeddingPurpose;
	/** What the spans of the calls are children of; without it there are none. */
	span?: Span;
}

export interface Embedder {
	/** As indexes name it: `openai/text-embedding-3-small`. */
	readonly model: string;
	/**
	 * A vector a text, in the order of the texts, all of the same number of dimensions.
	 *
	 * @throws {AppError} `rate_limited` (with `retryAfter` where the provider says), `provider_timeout`,
	 * `provider_error`, `cancelled` (or the AppError that the signal was aborted with).
	 */
	embed(texts: readonly string[], options?: EmbedOptions): Promise<Float32Array[]>;
}

/** An embedder whose calls are worth remembering. */
export interface PaidEmbedder extends Embedder {
	/** All that vectors depend on beside text and purpose: the same for two embedders that give the same vectors. */
	readonly space: string;
	embed(texts: readonly string[], options?: PaidEmbedOptions): Promise<Float32Array[]>;
}

export interface PaidEmbedOptions extends EmbedOptions {
	/** Gets each batch as it arrives, so that it is not lost when a later one fails; `start` is its first text's place. */
	received?: (start: number, vectors: Float32Array[]) => Promise<void>;
}
