/** What an adapter is given: everything that is the same for all stores is done before. */
import type { MetadataFilter } from "#rag/vector-index/metadata-filter";
import type { ScoredId } from "./vector-store.ts";
import type { Metadata } from "#rag/vector-index/chunk";

export interface AdaptedIndex {
	/** Of the table, collection, namespace or index. */
	name: string;
	dimensions: number;
}

export interface AdaptedVector {
	id: string;
	/** One of those that `readers` names. */
	reader: string;
	metadata: Metadata;
	/** Of length 1. */
	unit: Float32Array;
}

export interface AdaptedQuestion {
	unit: Float32Array;
	limit: number;
	/** Undefined for everything. */
	readers?: string[];
	filter?: MetadataFilter;
}

export interface StoreAdapter {
	prepare(): Promise<void>;
	/** At least one, each id once. */
	upsert(vectors: AdaptedVector[]): Promise<void>;
	/** At least one id, each once. */
	remove(ids: string[]): Promise<void>;
	nearest(question: AdaptedQuestion): Promise<ScoredId[]>;
	/** At least one id, each once. */
	vectors(ids: string[]): Promise<{ id: string; values: number[] }[]>;
	erase(): Promise<void>;
}
