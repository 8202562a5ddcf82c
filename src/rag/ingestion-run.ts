/** The processing of a document: what it begins with, and what came of it. */
import type { Run } from "#run/run";
import type { ChunkingConfig } from "./chunking/chunking-config.ts";
import type { DocumentType } from "./documents/parsed-document.ts";
import type { DocumentRow } from "./tables.ts";

export interface IngestionInput {
	/** As it is to be listed while it is processed. */
	document: DocumentRow;
	chunking: ChunkingConfig;
	/** Of the document, for this run alone. */
	sealedPassword?: string;
}

export interface IngestionResult {
	type: DocumentType;
	title?: string;
	contentType: string;
	/** Of the original, in bytes. */
	size: number;
	contentHash: string;
	characters: number;
	pages?: number;
	chunks: number;
}

export type IngestionRun = Run<IngestionInput, IngestionResult>;
