/** What becomes of a document's bytes: one text, and where in it everything stands. */

export type DocumentType = "text" | "pdf" | "docx" | "html" | "markdown" | "csv" | "json";

export type BlockType = "heading" | "paragraph" | "list_item" | "table" | "record" | "code";

/** A stretch of a text, in UTF-16 code units: `text.slice(start, end)`. */
export interface Span {
	start: number;
	end: number;
}

/** Blocks stand in order, do not overlap, are never blank, and together have every character that is not white space. */
export interface Block extends Span {
	type: BlockType;
	/** Of a heading, 1 being the highest. */
	level?: number;
	/** A heading as it reads without its markup, where that is not what stands in the text. */
	title?: string;
}

export interface Page extends Span {
	/** Of the first page: 1. */
	number: number;
}

export interface OutlineEntry {
	title: string;
	level: number;
	/** Where the part begins. */
	start: number;
}

/** What the parser of one type makes of a document. */
export interface Parsed {
	title?: string;
	text: string;
	blocks: Block[];
	/** Of a PDF. Pages without text, such as pictures, are empty spans. */
	pages?: Page[];
	/** The document's own table of contents. */
	outline?: OutlineEntry[];
}

export interface ParsedDocument extends Parsed {
	type: DocumentType;
	/** The document's own; where it has none, its headings. */
	outline: OutlineEntry[];
}
