/** What an index holds: chunks of documents with their vectors, and who may see which. */

/** Characters of the document's text, the end excluded. */
export interface Span {
	start: number;
	end: number;
}

type Scalar = string | number | boolean | null;

/** JSON as deep as it is of use to filters, and no deeper, since types of RPC follow no recursion. */
export type Metadata = Record<string, Scalar | Scalar[] | Record<string, Scalar | Scalar[]>>;

export interface IndexedChunk extends Span {
	id: string;
	documentId: string;
	ownerId: string;
	/** Every user may read it. */
	shared: boolean;
	title: string;
	text: string;
	metadata: Metadata;
	/** Of its first and last character. */
	page?: number;
	pageEnd?: number;
	/** The wider window that the chunk was cut from. */
	parent?: Span;
}

/** Who is asking. An admin sees all, anybody else what is their own or shared. */
export interface Access {
	userId: string;
	isAdmin: boolean;
}

export interface Hit {
	chunk: IndexedChunk;
	/** Cosine, from −1 to 1, or BM25, above 0: higher is better in both. */
	score: number;
}
