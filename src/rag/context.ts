/** What the verbs of the rag domain work with, for one request. */
import type { LanguageModelV4 } from "@ai-sdk/provider";
import type { DrizzleD1Database } from "drizzle-orm/d1";
import type { Caller } from "#core/caller";
import type { Background } from "#core/span-queue";
import type { Span } from "#core/telemetry";
import type { RunKeys } from "#run/run-keys-object";
import type { ChunkIndex } from "./chunk-index.ts";
import type { DocumentFiles } from "./document-files.ts";
import type { DocumentPasswords } from "./document-passwords.ts";
import type { IndexParts } from "./index-parts.ts";
import type { IngestionHome } from "./ingestion-home.ts";
import type { RebuildHome } from "./rebuild-home.ts";
import type { Reranker } from "./reranking/reranker.ts";

export type RagDb = DrizzleD1Database & { $client: D1Database };

export interface RagContext {
	readonly caller: Caller;
	readonly span: Span;
	/** What need not be done before the answer. */
	readonly background: Background;
	db: RagDb;
	files: DocumentFiles;
	parts: IndexParts;
	passwords: DocumentPasswords;
	/** The object that holds a shard of a build. */
	shard(buildId: string, shard: string): ChunkIndex;
	/** The object that processes documents. */
	ingestions(name: string): IngestionHome;
	/** The object that rebuilds an index. */
	rebuilds(name: string): RebuildHome;
	/** A model of the deployment's. Throws `invalid_input`, `provider_not_configured`. */
	model(name: string): Promise<LanguageModelV4>;
	/** What orders passages anew. Throws `invalid_input`, `provider_not_configured`. */
	reranker(name: string): Promise<Reranker>;
	/** The idempotency keys of a user. */
	keys(userId: string): Pick<RunKeys, "claim">;
}
