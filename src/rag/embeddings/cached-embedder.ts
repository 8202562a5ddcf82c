/** An embedder that asks for no vector twice: they are kept by a hash of what they depend on. */
import { sha256 } from "#core/crypto";
import type { Embedder, EmbeddingPurpose, PaidEmbedder } from "./embedder.ts";

export interface EmbeddingCache {
	/** Those of the keys that it has. */
	get(keys: string[]): Promise<Map<string, Float32Array>>;
	put(entries: readonly CachedEmbedding[]): Promise<void>;
}

export interface CachedEmbedding {
	key: string;
	vector: Float32Array;
}

/** What arrives is kept at once, so that work which breaks off begins again where it was. */
export function cachedEmbedder(embedder: PaidEmbedder, cache: EmbeddingCache): Embedder {
	return {
		model: embedder.model,
		async embed(texts, options = {}) {
			const keys = await Promise.all(texts.map((text) => keyOf(embedder.space, options.for ?? "passage", text)));
			const found = await cache.get([...new Set(keys)]);
			const missing = new Map<string, string>();
			keys.forEach((key, index) => {
				if (!found.has(key)) missing.set(key, texts[index]!);
			});
			const missingKeys = [...missing.keys()];
			await embedder.embed([...missing.values()], {
				...options,
				async received(start, vectors) {
					const entries = vectors.map((vector, index) => ({ key: missingKeys[start + index]!, vector }));
					for (const { key, vector } of entries) found.set(key, vector);
					await cache.put(entries);
				},
			});
			return keys.map((key) => found.get(key)!);
		},
	};
}

async function keyOf(space: string, purpose: EmbeddingPurpose, text: string): Promise<string> {
	return await sha256(JSON.stringify([space, purpose, text]));
}
