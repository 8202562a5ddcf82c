/** The rag database: indexes, what holds them, and documents. Chunks are not here: they lie in the objects that search them. */
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { RunError } from "#run/run";
import type { ChunkingConfig } from "./chunking/chunking-config.ts";
import type { DocumentType } from "./documents/parsed-document.ts";
import type { DocumentStatus, Metadata } from "./schema.ts";
import type { Generations } from "./vector-index/shard-of.ts";

export interface SealedParts {
	/** `EmbeddingSettings`; the index makes its vectors by itself without them. */
	sealedEmbedding?: string;
	/** `VectorStoreSettings`; the index keeps its vectors itself without them. */
	sealedStore?: string;
}

export interface IndexConfig extends SealedParts {
	chunking: ChunkingConfig;
	/** The id of its build; of an index that was never rebuilt its own. */
	build?: string;
}

/**
 * What makes the vectors of an index and holds its chunks. While an index is rebuilt a second one is filled beside that
 * which is searched, and then takes its place.
 */
export interface Build extends SealedParts {
	/** What its objects are called by, what is its own in a store elsewhere, and for what its parts are sealed. */
	id: string;
	embeddingModel: string;
	dimensions: number;
	vectorStore: string;
	generations: Generations;
}

export const ragIndexes = sqliteTable("rag_indexes", {
	id: text().primaryKey(),
	ownerId: text("owner_id").notNull(),
	name: text().notNull(),
	description: text(),
	embeddingModel: text("embedding_model").notNull(),
	dimensions: integer().notNull(),
	vectorStore: text("vector_store").notNull(),
	config: text({ mode: "json" }).$type<IndexConfig>().notNull(),
	/** The objects that hold it. */
	generations: text({ mode: "json" }).$type<Generations>().notNull(),
	shared: integer({ mode: "boolean" }).notNull(),
	/** Nobody sees it any more. */
	deletedAt: text("deleted_at"),
	createdAt: text("created_at").notNull(),
	updatedAt: text("updated_at").notNull(),
});

export const ragDocuments = sqliteTable("rag_documents", {
	id: text().primaryKey(),
	ownerId: text("owner_id").notNull(),
	indexId: text("index_id").notNull(),
	/** Which object of the index holds its chunks. */
	shard: text().notNull(),
	/** The same of the build that is to come; null until its chunks are there. */
	nextShard: text("next_shard"),
	filename: text().notNull(),
	originalName: text("original_name").notNull(),
	/** As it is looked for. */
	foldedName: text("folded_name").notNull(),
	contentType: text("content_type").notNull(),
	type: text().$type<DocumentType>(),
	title: text(),
	size: integer().notNull(),
	/** Empty until it is known. */
	contentHash: text("content_hash").notNull(),
	status: text().$type<DocumentStatus | "deleting">().notNull(),
	error: text({ mode: "json" }).$type<RunError>(),
	metadata: text({ mode: "json" }).$type<Metadata>().notNull(),
	sourceUrl: text("source_url"),
	characters: integer(),
	pages: integer(),
	chunkCount: integer("chunk_count").notNull(),
	executionId: text("execution_id").notNull(),
	uploadedAt: text("uploaded_at").notNull(),
	updatedAt: text("updated_at").notNull(),
});

export const ragBuilds = sqliteTable("rag_builds", {
	id: text().primaryKey(),
	indexId: text("index_id").notNull(),
	state: text().$type<"next" | "retired">().notNull(),
	build: text({ mode: "json" }).$type<Build>().notNull(),
	executionId: text("execution_id").notNull(),
	updatedAt: text("updated_at").notNull(),
});

export type IndexRow = typeof ragIndexes.$inferSelect;
export type DocumentRow = typeof ragDocuments.$inferSelect;
