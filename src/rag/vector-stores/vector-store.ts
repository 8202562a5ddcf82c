/**
 * What a vector store besides the built-in one does for an index: it finds ids by vector. Texts, keywords and lists stay
 * in the built-in one, so that these hold vectors, ids and what is needed to filter, and can be filled again from there.
 */
import type { Access, Metadata } from "#rag/vector-index/chunk";
import type { MetadataFilter } from "#rag/vector-index/metadata-filter";

export interface StoredVector {
	/** Of the chunk. */
	id: string;
	ownerId: string;
	/** Every user may find it. */
	shared: boolean;
	metadata: Metadata;
	/** Of any length but zero: cosine is what is compared. */
	vector: ArrayLike<number>;
}

export interface NearestQuestion {
	vector: ArrayLike<number>;
	/** 1 to 1,000. Vectorize never answers with more than 100. */
	limit: number;
	access: Access;
	filter?: MetadataFilter;
}

export interface ScoredId {
	id: string;
	/** Cosine, from −1 to 1. */
	score: number;
}

/**
 * Failures are AppErrors that name the store and nothing that it said: `invalid_input` for what it cannot do,
 * `bad_gateway`, `gateway_timeout` and `service_unavailable` for what it did not do.
 */
export interface VectorStore {
	/** Makes what is missing; safe to repeat. */
	prepare(): Promise<void>;
	/** Adds them, or puts them in the place of those with their ids; safe to repeat. */
	upsert(vectors: StoredVector[]): Promise<void>;
	/** Those of the ids that there are; safe to repeat. */
	remove(ids: string[]): Promise<void>;
	/** The best first, of what the caller may see and the filter lets through; nothing where nothing is prepared. */
	nearest(question: NearestQuestion): Promise<ScoredId[]>;
	/** Of length 1, of those that there are. Asks nothing of who is asking: for ids that a search just gave him. */
	vectors(ids: string[]): Promise<Map<string, Float32Array>>;
	/** What belongs to this index and nothing else. */
	erase(): Promise<void>;
}
