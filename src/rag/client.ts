/** What other domains call of the rag domain, over RPC. */
import type { Caller } from "#core/caller";

export interface IndexDescription {
	id: string;
	name: string;
	description?: string;
	shared: boolean;
	/** ISO 8601. */
	updatedAt: string;
}

/** As `SearchRequest`, which it has to fit. */
export interface PassageQuery {
	query: string;
	indexIds: string[];
	limit?: number;
	filter?: unknown;
	rerank?: unknown;
}

/** What a model can quote, and say where it stands. */
export interface Passage {
	text: string;
	/** The document's name, with the page where it has pages. */
	source: string;
	title: string;
	/** Of the document's text, in the API. */
	url: string;
	/** On which it begins, and on which it ends. */
	page?: number;
	pageEnd?: number;
	/** In the document's text, in UTF-16 code units; `end` excluded. */
	start: number;
	end: number;
	documentId: string;
	score: number;
}

export interface DocumentDescription {
	id: string;
	/** What it is called. */
	name: string;
	title?: string;
	/** Of its text, as the platform keeps it. */
	characters: number;
	/** ISO 8601. */
	updatedAt: string;
}

export interface RagClient {
	/** Those of the ids that name an index which the caller may search; his own newest hundred without ids. */
	describe(caller: Caller, ids?: string[]): Promise<IndexDescription[]>;
	/** The best first. Throws `invalid_input`, and `not_found` for an index that the caller may not search. */
	search(caller: Caller, query: PassageQuery): Promise<Passage[]>;
	/** Those that can be read, the newest thousand of the caller's own. */
	documents(caller: Caller): Promise<DocumentDescription[]>;
	/** Throws `not_found`, and `conflict` for what could not be read yet. */
	documentText(caller: Caller, id: string): Promise<string>;
}
