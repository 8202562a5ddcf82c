/** The texts of documents for one request: each is read once. */
import type { DocumentFiles } from "./document-files.ts";
import type { ParsedDocument } from "./documents/parsed-document.ts";

export class DocumentTexts {
	readonly #files: Pick<DocumentFiles, "text">;
	readonly #read = new Map<string, Promise<ParsedDocument | null>>();

	constructor(files: Pick<DocumentFiles, "text">) {
		this.#files = files;
	}

	async of(documentId: string): Promise<ParsedDocument | null> {
		const reading = this.#read.get(documentId) ?? this.#files.text(documentId);
		this.#read.set(documentId, reading);
		return await reading;
	}
}
