/** What parsers are told of a file besides its bytes. */
export interface ParseOptions {
	/** For messages and, between kinds of text, to tell its type. */
	name: string;
	contentType?: string;
	/** Of a protected PDF or Word document. */
	password?: string;
	signal?: AbortSignal;
}
