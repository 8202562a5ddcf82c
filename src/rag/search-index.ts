/** The best passages of one index, wherever its vectors are made and kept. */
import { buildOf } from "./build-of.ts";
import type { ChunkIndex } from "./chunk-index.ts";
import type { RagContext } from "./context.ts";
import type { FoundChunk } from "./learning-index-object.ts";
import { cosine, diversify } from "./retrieval/diversify.ts";
import { mergeFound } from "./merge-found.ts";
import { hybridSearch } from "./retrieval/hybrid-search.ts";
import type { SearchRequest } from "./search-schema.ts";
import type { Build, IndexRow } from "./tables.ts";
import type { Access, IndexedChunk } from "./vector-index/chunk.ts";
import { allShards } from "./vector-index/shard-of.ts";
import type { VectorStore } from "./vector-stores/vector-store.ts";

const embedTimeoutMs = 20_000;
/** More of what is near is looked at than is wanted, so that there is something to choose from. */
const diverseDepth = 5;
const mostDiverse = 100;

/** Who may search an index sees all of its documents. */
export function accessOf({ ownerId }: Pick<IndexRow, "ownerId">): Access {
	return { userId: ownerId, isAdmin: false };
}

export async function searchIndex(ctx: RagContext, index: IndexRow, request: SearchRequest): Promise<FoundChunk[]> {
	const { query, mode, limit, filter, diversity } = request;
	const build = buildOf(index);
	const shards = allShards(build.generations).map((shard) => ctx.shard(build.id, shard));
	const vector = mode === "keyword" ? undefined : await questionVector(ctx, build, query);
	const store = mode === "keyword" ? undefined : await ctx.parts.storeOf(build);
	if (store && vector) return await new SearchElsewhere(shards, store, accessOf(index)).find(vector, request);
	const question = { mode, text: query, vector, limit, filter, diversity, access: accessOf(index) };
	return mergeFound(await Promise.all(shards.map((shard) => shard.find(question))));
}

/** Undefined where the index makes it by itself. */
async function questionVector(ctx: RagContext, build: Build, query: string): Promise<Float32Array | undefined> {
	const embedder = await ctx.parts.embedderOf(build);
	if (!embedder) return undefined;
	const signal = AbortSignal.timeout(embedTimeoutMs);
	const [vector] = await embedder.embed([query], { for: "question", span: ctx.span, signal });
	return vector;
}

/** Vectors are in a store, words and texts here. */
class SearchElsewhere {
	readonly #shards: ChunkIndex[];
	readonly #store: VectorStore;
	readonly #access: Access;
	readonly #known = new Map<string, IndexedChunk>();

	constructor(shards: ChunkIndex[], store: VectorStore, access: Access) {
		this.#shards = shards;
		this.#store = store;
		this.#access = access;
	}

	async find(vector: Float32Array, { query, mode, limit, filter, diversity }: SearchRequest): Promise<FoundChunk[]> {
		const depth = diversity ? Math.min(limit * diverseDepth, mostDiverse) : limit;
		const access = this.#access;
		const nearest = async (near: ArrayLike<number>, most: number) =>
			await this.#store.nearest({ vector: near, limit: most, access, ...(filter && { filter }) });
		const ranked =
			mode === "vector"
				? await nearest(vector, depth)
				: await hybridSearch(vector, {
						nearest,
						keyword: async (most) => await this.#keyword({ text: query, limit: most, filter }),
						vectors: async (ids) => await this.#store.vectors(ids),
					});
		const chosen = diversity ? await this.#diverse(ranked.slice(0, depth), limit, diversity) : ranked.slice(0, limit);
		const chunks = await this.#chunks(chosen.map(({ id }) => id));
		return chosen.flatMap((one) => {
			const chunk = chunks.get(one.id);
			const [keyword = 0, near = 0] = "parts" in one ? (one.parts as number[]) : [];
			const parts = "parts" in one ? { parts: { keyword, vector: near } } : undefined;
			return chunk ? [{ chunk, score: one.score, ...parts }] : [];
		});
	}

	async #keyword(question: Pick<SearchRequest, "limit" | "filter"> & { text: string }) {
		const asked = { ...question, mode: "keyword" as const, access: this.#access };
		const found = (await Promise.all(this.#shards.map((shard) => shard.find(asked)))).flat();
		for (const { chunk } of found) this.#known.set(chunk.id, chunk);
		return found.map(({ chunk, score }) => ({ id: chunk.id, score })).toSorted((a, b) => b.score - a.score);
	}

	async #diverse<Ranked extends { id: string; score: number }>(ranked: Ranked[], limit: number, diversity: number) {
		const vectors = await this.#store.vectors(ranked.map(({ id }) => id));
		const best = ranked[0]?.score ?? 1;
		const candidates = ranked.flatMap((one) => {
			const vector = vectors.get(one.id);
			return vector ? [{ one, score: best > 0 ? one.score / best : 0, vector }] : [];
		});
		return diversify(candidates, limit, diversity, cosine).map(({ one }) => one);
	}

	async #chunks(ids: string[]): Promise<Map<string, IndexedChunk>> {
		const missing = ids.filter((id) => !this.#known.has(id));
		if (missing.length > 0) {
			const found = await Promise.all(this.#shards.map((shard) => shard.chunks(missing, this.#access)));
			for (const chunk of found.flat()) this.#known.set(chunk.id, chunk);
		}
		return this.#known;
	}
}
