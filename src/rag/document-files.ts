/** What is kept of documents in R2: the bytes as they came, and the text that was made of them. */
import type { ParsedDocument } from "./documents/parsed-document.ts";

export class DocumentFiles {
	readonly #bucket: R2Bucket;

	constructor(bucket: R2Bucket) {
		this.#bucket = bucket;
	}

	async putOriginal(documentId: string, bytes: Uint8Array, contentType?: string): Promise<void> {
		await this.#bucket.put(originalKey(documentId), bytes, { httpMetadata: { contentType } });
	}

	async original(documentId: string): Promise<R2ObjectBody | null> {
		return await this.#bucket.get(originalKey(documentId));
	}

	async putText(documentId: string, parsed: ParsedDocument): Promise<void> {
		await this.#bucket.put(textKey(documentId), JSON.stringify(parsed));
	}

	/** Null while the document was not read. */
	async text(documentId: string): Promise<ParsedDocument | null> {
		return (await (await this.#bucket.get(textKey(documentId)))?.json<ParsedDocument>()) ?? null;
	}

	async delete(documentId: string): Promise<void> {
		await this.#bucket.delete([originalKey(documentId), textKey(documentId)]);
	}
}

function originalKey(documentId: string): string {
	return `documents/${documentId}/original`;
}

function textKey(documentId: string): string {
	return `documents/${documentId}/text.json`;
}
