/**
 * The default vector store: the chunks of an index with their vectors and their full text, in the SQLite of one object.
 *
 * What scans need is kept in memory as well, made from storage when it is first asked for. A change is one transaction,
 * and memory follows it; where that fails memory is dropped, so that it never says anything else than storage.
 */
import { DurableObject } from "cloudflare:workers";
import { AppError } from "#core/errors";
import { LazyTables } from "#run/lazy-tables";
import { keywordQuery } from "./retrieval/keyword-query.ts";
import type { Bitmap } from "./vector-index/bitmap.ts";
import type { Access, Hit, IndexedChunk } from "./vector-index/chunk.ts";
import { type ChunkBatch, chunksIn, type EncodedChunks, textOf, titleOf } from "./vector-index/chunk-batch.ts";
import { ChunkRows, type ScoredSlot } from "./vector-index/chunk-rows.ts";
import { sourceClause } from "./vector-index/filter-clause.ts";
import { IndexMemory } from "./vector-index/index-memory.ts";
import { firstTable, indexTables, laterColumns } from "./vector-index/index-tables.ts";
import type { MetadataFilter } from "./vector-index/metadata-filter.ts";
import { nearestSlots } from "./vector-index/nearest-slots.ts";
import { cosine, unitVector } from "./vector-index/unit-vector.ts";
import { writeChunks } from "./vector-index/write-chunks.ts";

interface Question {
	/** 1 to 1,000. */
	limit: number;
	access: Access;
	filter?: MetadataFilter;
}

export interface VectorQuestion extends Question {
	vector: Float32Array | number[];
	/** Cosine. */
	minScore?: number;
}

export interface KeywordQuestion extends Question {
	text: string;
	/** BM25, which has no upper end. */
	minScore?: number;
}

export type SearchQuestion = ({ mode: "vector" } & VectorQuestion) | ({ mode: "keyword" } & KeywordQuestion);
export type BothQuestion = Omit<VectorQuestion & KeywordQuestion, "minScore">;

export interface Neighbours {
	id: string;
	/** In the order of the document, as those after it are. */
	before: IndexedChunk[];
	after: IndexedChunk[];
}

export interface IndexStats {
	chunks: number;
	documents: number;
	/** 0 while there are none. */
	dimensions: number;
	storedBytes: number;
	memoryBytes: number;
}

export const mostChunksAtOnce = 1_000;
const mostCharacters = 100_000;
const mostResults = 1_000;
/** So few need no scan. */
const comparedBelow = 32;

export class VectorIndex extends DurableObject<RagEnv> {
	protected readonly tables: LazyTables;
	protected readonly rows: ChunkRows;
	#loaded: IndexMemory | undefined;

	constructor(state: DurableObjectState, env: RagEnv) {
		super(state, env);
		this.tables = new LazyTables(state.storage.sql, firstTable, indexTables, laterColumns);
		this.rows = new ChunkRows(this.tables);
	}

	/**
	 * Adds them, or puts them in the place of those with their ids: all or none. At most 1,000, of at most 100,000
	 * characters each.
	 */
	async upsert(batch: ChunkBatch): Promise<void> {
		this.put(chunksIn(batch));
	}

	/** The same, of chunks that were encoded here. */
	protected put(written: EncodedChunks): void {
		const { sources, chunks, codes } = written;
		if (chunks.length === 0) return;
		if (chunks.length > mostChunksAtOnce) throw new AppError("invalid_input", "Too many chunks at once.");
		if (chunks.some((chunk) => titleOf(sources, chunk).length + textOf(chunk).length > mostCharacters)) {
			throw new AppError("payload_too_large", `A chunk has at most ${mostCharacters} characters.`);
		}
		const dimensions = codes.length / chunks.length;
		checkDimensions(dimensions, this.#memory()?.vectors.dimensions ?? dimensions);
		this.tables.make();
		const memory = (this.#loaded ??= new IndexMemory(dimensions));
		const stored = this.ctx.storage.transactionSync(() =>
			writeChunks(this.tables, written, memory.taken.missing(chunks.length)),
		);
		this.#follow(() => stored.forEach((vector) => memory.put(vector)));
	}

	/** Resolves to how many chunks that were. */
	async removeDocument(documentId: string): Promise<number> {
		const memory = this.#memory();
		if (!memory) return 0;
		const slots = this.ctx.storage.transactionSync(() => this.rows.remove(documentId));
		this.#follow(() => memory.remove(slots));
		return slots.length;
	}

	/** Removes the chunks of the document but those with these ids. */
	async retain(documentId: string, ids: string[]): Promise<void> {
		const memory = this.#memory();
		if (!memory) return;
		const slots = this.ctx.storage.transactionSync(() => this.rows.retain(documentId, ids));
		this.#follow(() => memory.remove(slots));
	}

	/** The best first, of what the caller may see and the filter lets through. */
	async search(question: SearchQuestion): Promise<Hit[]> {
		return question.mode === "vector" ? this.#nearest(question) : this.#matching(question);
	}

	/** What a hybrid search fuses, in one call. */
	async searchBoth(question: BothQuestion): Promise<{ vector: Hit[]; keyword: Hit[] }> {
		return { vector: this.#nearest(question), keyword: this.#matching(question) };
	}

	/** Those that there are and that the caller may see, in the order of the ids. */
	async chunks(ids: string[], access: Access): Promise<IndexedChunk[]> {
		const found = new Map(this.#visible(ids, access).map(({ chunk }) => [chunk.id, chunk]));
		return ids.flatMap((id) => found.get(id) ?? []);
	}

	/** A document's in their order, from the place `after` on. */
	async chunksOf(documentId: string, after: number, limit: number, access: Access): Promise<IndexedChunk[]> {
		return this.rows.ofDocument(documentId, after, limit, sourceClause(access, undefined));
	}

	async count(): Promise<number> {
		return this.#memory()?.taken.count ?? 0;
	}

	async chunkIds(documentId: string): Promise<string[]> {
		return this.rows.idsOf(documentId);
	}

	/** What stands around these chunks in their documents, `count` on each side. */
	async neighbours(ids: string[], count: number, access: Access): Promise<Neighbours[]> {
		const clause = sourceClause(access, undefined);
		return this.#visible(ids, access).map((found) => ({
			id: found.chunk.id,
			before: this.rows.beside(found, "before", count, clause).toReversed(),
			after: this.rows.beside(found, "after", count, clause),
		}));
	}

	async stats(): Promise<IndexStats> {
		const memory = this.#memory();
		return {
			chunks: memory?.taken.count ?? 0,
			documents: this.rows.documents(),
			dimensions: memory?.vectors.dimensions ?? 0,
			storedBytes: this.ctx.storage.sql.databaseSize,
			memoryBytes: memory?.bytes ?? 0,
		};
	}

	async erase(): Promise<void> {
		this.#loaded = undefined;
		const deleted = this.ctx.storage.deleteAll();
		this.tables.forget();
		await deleted;
	}

	/** `change` writes other vectors for all chunks. */
	protected replaceVectors(change: () => void): void {
		this.ctx.storage.transactionSync(change);
		this.#loaded = undefined;
	}

	/** What is read of their chunks is decided later. */
	protected nearestScored(question: Omit<VectorQuestion, "minScore">): ScoredSlot[] {
		const { unit, slots } = this.#candidates(question);
		const scored = this.rows.codes(slots).map(({ slot, code }) => ({ slot, score: cosine(unit, code) }));
		return scored.toSorted((a, b) => b.score - a.score).slice(0, question.limit);
	}

	/** By BM25, the same. */
	protected matchingScored({ text, limit, access, filter }: Omit<KeywordQuestion, "minScore">): ScoredSlot[] {
		checkLimit(limit);
		const expression = keywordQuery(text);
		return expression ? this.rows.matchingSlots(expression, sourceClause(access, filter), limit) : [];
	}

	#nearest({ minScore = -Infinity, ...question }: VectorQuestion): Hit[] {
		const { unit, slots } = this.#candidates(question);
		const hits = this.rows.withCodes(slots).map(({ chunk, code }) => ({ chunk, score: cosine(unit, code) }));
		return best(hits, question.limit, minScore);
	}

	#candidates({ vector, limit, access, filter }: VectorQuestion): { unit: Float32Array; slots: number[] } {
		checkLimit(limit);
		const unit = unitVector(vector);
		const memory = this.#memory();
		if (!memory) return { unit, slots: [] };
		checkDimensions(unit.length, memory.vectors.dimensions);
		const wanted = this.#wanted(memory, access, filter);
		const few = wanted.count <= comparedBelow;
		return { unit, slots: few ? [...wanted.slots()] : nearestSlots(memory.vectors, unit, wanted, limit) };
	}

	#matching({ text, limit, access, filter, minScore = -Infinity }: KeywordQuestion): Hit[] {
		checkLimit(limit);
		const expression = keywordQuery(text);
		if (!expression) return [];
		return best(this.rows.matching(expression, sourceClause(access, filter), limit), limit, minScore);
	}

	#wanted(memory: IndexMemory, access: Access, filter: MetadataFilter | undefined): Bitmap {
		const clause = sourceClause(access, filter);
		if (!clause) return memory.taken;
		return memory.selection(JSON.stringify(clause), () => this.rows.sourcesWhere(clause));
	}

	#visible(ids: string[], access: Access): { slot: number; chunk: IndexedChunk }[] {
		return this.rows.withIds(ids, sourceClause(access, undefined));
	}

	/** Undefined while there are no vectors. */
	#memory(): IndexMemory | undefined {
		if (this.#loaded && this.#loaded.taken.count > 0) return this.#loaded;
		const dimensions = this.rows.dimensions();
		if (dimensions === undefined) return (this.#loaded = undefined);
		const memory = new IndexMemory(dimensions);
		for (const vector of this.rows.vectors()) memory.put(vector);
		return (this.#loaded = memory);
	}

	#follow(change: () => void): void {
		try {
			change();
		} catch (error) {
			this.#loaded = undefined;
			throw error;
		}
	}
}

function best(hits: Hit[], limit: number, minScore: number): Hit[] {
	const good = hits.filter(({ score }) => score >= minScore);
	return good.toSorted((a, b) => b.score - a.score).slice(0, limit);
}

function checkLimit(limit: number): void {
	if (!Number.isInteger(limit) || limit < 1 || limit > mostResults) {
		throw new AppError("invalid_input", `The limit is 1 to ${mostResults}.`);
	}
}

function checkDimensions(actual: number, expected: number): void {
	if (actual === expected) return;
	throw new AppError("invalid_input", `This index has vectors of ${expected} dimensions, not of ${actual}.`);
}
