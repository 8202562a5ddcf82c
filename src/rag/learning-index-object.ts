/**
 * A vector index that makes the vectors of its chunks by itself, from what it has learnt of their words.
 *
 * What it knows is outgrown as documents come. It learns anew in the background, beside its other work: the vectors of
 * all chunks are made once more in a table of their own, and take the place of the old ones in one transaction. Until
 * then everything is found by the old ones, also what came meanwhile.
 */
import { placeholder } from "./build-of.ts";
import { cosine, diversify } from "./retrieval/diversify.ts";
import type { Fused } from "./retrieval/fuse.ts";
import { hybridSearch } from "./retrieval/hybrid-search.ts";
import { isOutgrown, learnEmbedding, learnInSlices, mostTexts } from "./retrieval/learn-embedding.ts";
import type { LocalEmbedding } from "./retrieval/local-embedding.ts";
import { wordsOf } from "./retrieval/words.ts";
import { LearntEmbeddings } from "./learnt-embeddings.ts";
import { passageOf } from "./passage.ts";
import type { IndexedChunk } from "./vector-index/chunk.ts";
import { encodedChunks } from "./vector-index/chunk-batch.ts";
import type { Passage } from "./vector-index/chunk-rows.ts";
import { encodeVector } from "./vector-index/unit-vector.ts";
import { type BothQuestion, type IndexStats, mostChunksAtOnce, VectorIndex } from "./vector-index-object.ts";

export interface ChunkQuestion extends Omit<BothQuestion, "vector"> {
	mode: "vector" | "keyword" | "hybrid";
	/** Of the text, where the index does not make it by itself. */
	vector?: Float32Array;
	/** From 0, by score alone, to 1, by unlikeness alone. */
	diversity?: number;
}

export interface FoundChunk {
	chunk: IndexedChunk;
	/** Cosine, BM25, or, of a hybrid search, 0 to 1. */
	score: number;
	/** What keywords and vectors say of it, each 0 to 1; of a hybrid search. */
	parts?: { keyword: number; vector: number };
	/**
	 * The same as BM25 and cosine, which may be compared with those of another index; 0 where it was not found so. A
	 * cosine counts as far as the index has learnt the words of the question.
	 */
	raw?: { keyword: number; vector: number };
}

export interface LearningStats extends IndexStats {
	/** Chunks that it was learnt from; 0 before there were any. */
	learntFrom: number;
}

/** More of what is near is looked at than is wanted, so that there is something to choose from. */
const diverseDepth = 5;
const mostDiverse = 200;
/** What comes in quick succession is learnt from together, unless it goes on and on. */
const learnAfterMs = 1_000;
const learnWithinMs = 5_000;
const learnAgainMs = 60_000;
const embeddedAtOnce = 50;

export class LearningIndex extends VectorIndex {
	readonly #learnt = new LearntEmbeddings(this.ctx.storage.sql);
	#isLearning = false;
	/** Since when there has been something new to learn, Unix milliseconds. */
	#outgrownAt: number | undefined;

	/** Adds chunks, or puts them in the place of those with their ids: all or none. At most 1,000. */
	async write(chunks: IndexedChunk[]): Promise<void> {
		this.tables.make();
		const embedding = this.#learnt.current() ?? this.#firstOf(chunks);
		const vectors = chunks.map((chunk) => embedding.embed(passageOf(chunk)));
		this.put(encodedChunks(chunks, vectors));
		await this.#learnSoon();
	}

	/** Chunks whose vectors are kept elsewhere; here they are only read, and found by their words. */
	async writeTexts(chunks: IndexedChunk[]): Promise<void> {
		const vectors = chunks.map(() => placeholder);
		this.put(encodedChunks(chunks, vectors));
	}

	/** Changes what the chunks of a document have in common; their vectors stay. */
	async describe(documentId: string, common: Pick<IndexedChunk, "title" | "metadata">): Promise<void> {
		for (let after = 0, count = mostChunksAtOnce; count === mostChunksAtOnce; after += count) {
			const chunks = this.rows.ofDocument(documentId, after, mostChunksAtOnce);
			const slots = new Map(
				this.rows
					.withIds(
						chunks.map(({ id }) => id),
						undefined,
					)
					.map(({ slot, chunk }) => [slot, chunk]),
			);
			const codes = this.rows.codes([...slots.keys()]);
			const described = codes.map(({ slot }) => ({ ...slots.get(slot)!, ...common }));
			const vectors = codes.map(({ code }) => code);
			this.put(encodedChunks(described, vectors));
			count = chunks.length;
		}
	}

	/** The best first, of what the caller may see and the filter lets through. */
	async find({ mode, text, vector, limit, access, filter, diversity }: ChunkQuestion): Promise<FoundChunk[]> {
		const depth = diversity ? Math.min(limit * diverseDepth, mostDiverse) : limit;
		const question = { access, ...(filter && { filter }) };
		const ranked = await this.#ranked(mode, { text, vector }, depth, question);
		const chosen = diversity ? this.#diverse(ranked, limit, diversity) : ranked.slice(0, limit);
		const chunks = this.rows.at(chosen.map(({ slot }) => slot));
		return chosen.flatMap(({ slot, ...found }) => {
			const chunk = chunks.get(slot);
			return chunk ? [{ chunk, ...found }] : [];
		});
	}

	override async stats(): Promise<LearningStats> {
		return { ...(await super.stats()), learntFrom: this.#learnt.current()?.state.texts ?? 0 };
	}

	override async removeDocument(documentId: string): Promise<number> {
		const passages = this.#passagesOf(documentId);
		const removed = await super.removeDocument(documentId);
		await this.#forgetWordsOf(passages);
		return removed;
	}

	override async retain(documentId: string, ids: string[]): Promise<void> {
		const passages = this.#passagesOf(documentId, ids);
		await super.retain(documentId, ids);
		await this.#forgetWordsOf(passages);
	}

	override async erase(): Promise<void> {
		this.#learnt.forget();
		await super.erase();
	}

	/** Never throws, and comes again where it did not get to its end. */
	override async alarm(): Promise<void> {
		try {
			await this.#learn();
		} catch (error) {
			console.error("an index did not learn", error);
			await this.ctx.storage.setAlarm(Date.now() + learnAgainMs);
		}
	}

	async #ranked(
		mode: ChunkQuestion["mode"],
		{ text, vector: given }: Pick<ChunkQuestion, "text" | "vector">,
		limit: number,
		question: Omit<BothQuestion, "vector" | "text" | "limit">,
	): Promise<Ranked[]> {
		if (mode === "keyword") return this.matchingScored({ ...question, text, limit });
		const vector = given ?? this.#learnt.current()?.embed(text);
		if (!vector) {
			// Another version has made what is there: it is learnt anew, and words are found meanwhile.
			await this.#learnSoon();
			return mode === "vector" ? [] : this.matchingScored({ ...question, text, limit });
		}
		if (mode === "vector") return this.nearestScored({ ...question, vector, limit });
		const known = given ? 1 : this.#learnt.current()!.knownShare(text);
		const words = new Map<string, number>();
		let near = new Map<string, number>();
		const fused = await hybridSearch(vector, {
			keyword: async (most) => {
				const found = this.matchingScored({ ...question, text, limit: most }).map(withId);
				for (const { id, score } of found) words.set(id, score);
				return found;
			},
			nearest: async (to, most) => {
				const found = this.nearestScored({ ...question, vector: Float32Array.from(to), limit: most }).map(withId);
				near = new Map(found.map(({ id, score }) => [id, score]));
				return found;
			},
			vectors: async (ids) => new Map(this.rows.codes(ids.map(Number)).map(({ slot, code }) => [String(slot), code])),
		});
		return fused.slice(0, limit).map((one) => ({
			...rankedOf(one),
			raw: { keyword: words.get(one.id) ?? 0, vector: known * (near.get(one.id) ?? 0) },
		}));
	}

	#diverse(ranked: Ranked[], limit: number, diversity: number): Ranked[] {
		const codes = new Map(this.rows.codes(ranked.map(({ slot }) => slot)).map(({ slot, code }) => [slot, code]));
		const best = ranked[0]?.score ?? 1;
		const candidates = ranked.flatMap((one) => {
			const vector = codes.get(one.slot);
			return vector ? [{ one, score: best > 0 ? one.score / best : 0, vector }] : [];
		});
		return diversify(candidates, limit, diversity, cosine).map(({ one }) => one);
	}

	#firstOf(chunks: IndexedChunk[]): LocalEmbedding {
		const first = learnEmbedding(chunks.map(passageOf));
		this.#learnt.begin(first);
		return first;
	}

	/** Of which something may have been learnt. */
	#passagesOf(documentId: string, but?: string[]): Passage[] {
		return this.#learnt.current() ? this.rows.passagesAt(this.rows.slotsOf(documentId, but)) : [];
	}

	/** Of texts that were removed nothing is kept but what others say as well. */
	async #forgetWordsOf(passages: Passage[]): Promise<void> {
		if (passages.length === 0) return;
		if ((await this.count()) === 0) return this.#learnt.clear();
		const words = [...new Set(passages.flatMap((passage) => wordsOf(passageOf(passage))))];
		const kept = this.rows.wordsWithText(words);
		this.#learnt.forgetWords(new Set(words.filter((word) => !kept.has(word))));
	}

	async #learnSoon(): Promise<void> {
		const count = await this.count();
		if (!isOutgrown(this.#learnt.current()?.state.texts ?? 0, count)) return;
		const now = Date.now();
		this.#outgrownAt ??= now;
		await this.ctx.storage.setAlarm(Math.min(now + learnAfterMs, this.#outgrownAt + learnWithinMs));
	}

	async #learn(): Promise<void> {
		const count = await this.count();
		if (this.#isLearning || !isOutgrown(this.#learnt.current()?.state.texts ?? 0, count)) return;
		this.#isLearning = true;
		this.#outgrownAt = undefined;
		try {
			const next = await inSlices(learnInSlices(this.rows.sample(mostTexts).map(passageOf)));
			next.state.texts = Math.max(next.state.texts, count);
			this.#learnt.prepare();
			for (let missing = this.#learnt.missing(embeddedAtOnce); missing.length > 0;) {
				this.#learnt.add(this.rows.passagesAt(missing).map((one) => ({ ...one, code: codeOf(next, one) })));
				await scheduler.wait(0);
				missing = this.#learnt.missing(embeddedAtOnce);
			}
			this.replaceVectors(() => this.#learnt.adopt(next));
		} finally {
			this.#isLearning = false;
		}
		await this.#learnSoon();
	}
}

type Ranked = Omit<FoundChunk, "chunk"> & { slot: number };

function rankedOf({ id, score, parts: [keyword = 0, vector = 0] }: Fused): Ranked {
	return { slot: Number(id), score, parts: { keyword, vector } };
}

function withId({ slot, score }: { slot: number; score: number }) {
	return { id: String(slot), score };
}

function codeOf(embedding: LocalEmbedding, passage: { title: string; text: string }): Int16Array<ArrayBuffer> {
	return encodeVector(embedding.embed(passageOf(passage)));
}

async function inSlices<T>(work: Generator<void, T>): Promise<T> {
	for (;;) {
		const { done, value } = work.next();
		if (done) return value;
		await scheduler.wait(0);
	}
}
