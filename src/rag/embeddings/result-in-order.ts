/** The vectors of an answer in OpenAI's format, each in the place that its `index` names; the SDK takes them as they come. */
import type { EmbeddingModelV4Result } from "@ai-sdk/provider";

/** Other formats have no index, and stay as they are. */
export function resultInOrder(result: EmbeddingModelV4Result): EmbeddingModelV4Result {
	const { data } = (result.response?.body ?? {}) as { data?: { index?: unknown }[] };
	const places = data?.map(({ index }) => index) ?? [];
	const isPermutation =
		new Set(places).size === places.length && places.every((place) => isPlace(place, places.length));
	if (!isPermutation || places.length === 0) return result;
	const embeddings: number[][] = [];
	places.forEach((place, index) => (embeddings[place as number] = result.embeddings[index]!));
	return { ...result, embeddings };
}

function isPlace(place: unknown, count: number): boolean {
	return Number.isInteger(place) && (place as number) >= 0 && (place as number) < count;
}
