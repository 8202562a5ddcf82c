/** Texts embedded by one model in requests of a size that its provider takes, several at once. */
import type { EmbeddingModelV4Result } from "@ai-sdk/provider";
import { type Batch, batchesOf, type BatchLimits, halvesOf } from "./batches.ts";
import { callEmbeddingModel, type EmbeddingCall, TooLargeError } from "./call-embedding-model.ts";
import { checkedVectors } from "./checked-vectors.ts";
import type { PaidEmbedOptions } from "./embedder.ts";
import { resultInOrder } from "./result-in-order.ts";
import { sideBySide } from "./side-by-side.ts";

interface Work extends Omit<EmbeddingCall, "values"> {
	limits: BatchLimits;
	received: PaidEmbedOptions["received"];
}

/** Requests at a time. */
const mostAtOnce = 4;

export async function embedBatches(
	texts: readonly string[],
	{ limits, received, ...call }: Work,
): Promise<Float32Array[]> {
	const { provider } = call;
	const vectors: Float32Array[] = [];
	let { dimensions } = call;

	async function embedBatch(batch: Batch, signal: AbortSignal): Promise<void> {
		const result = await resultOf(batch, signal);
		if (!result) {
			for (const half of halvesOf(batch)) await embedBatch(half, signal);
			return;
		}
		const checked = checkedVectors(result.embeddings, { provider, count: batch.texts.length, dimensions });
		dimensions ??= checked[0]?.length;
		checked.forEach((vector, index) => (vectors[batch.start + index] = vector));
		await received?.(batch.start, checked);
	}

	/** Undefined where the provider takes no batch of this size. */
	async function resultOf({ texts: values }: Batch, signal: AbortSignal): Promise<EmbeddingModelV4Result | undefined> {
		try {
			return resultInOrder(await callEmbeddingModel({ ...call, values: [...values], signal }));
		} catch (error) {
			if (error instanceof TooLargeError) return undefined;
			throw error;
		}
	}

	await sideBySide(batchesOf(texts, limits), mostAtOnce, call.signal, embedBatch);
	return vectors;
}
