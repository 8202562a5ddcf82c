/** A part of a document that is found, read and cited as one. */
import type { Span } from "#rag/documents/parsed-document";

export interface Chunk extends Span {
	/** Its place among the chunks of the document, from 0. */
	index: number;
	/** `text.slice(start, end)` of the document. */
	text: string;
	/** Of its first and last character, where the document has pages. */
	page?: number;
	pageEnd?: number;
	/** The larger part that it belongs to, with parent windows. */
	parent?: Span;
}
