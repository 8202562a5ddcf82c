/** What other domains call of the rag domain, over RPC. */
import type { Caller } from "#core/caller";
import type { SearchRequest, SearchResult } from "./search-schema.ts";

export interface IndexDescription {
	id: string;
	name: string;
	description?: string;
	documentCount: number;
}

export interface RagClient {
	/** Those of the ids that name an index which the caller may search; all of his own without ids. */
	describe(caller: Caller, ids?: string[]): Promise<IndexDescription[]>;
	/** Throws what `search` throws. */
	search(caller: Caller, request: SearchRequest): Promise<SearchResult[]>;
}
