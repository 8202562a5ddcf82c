/** Takes the files of one upload in. */
import { sha256 } from "#core/crypto";
import { asAppError } from "#core/errors";
import { newId } from "#core/ids";
import { addDocument, type NewDocument } from "./add-document.ts";
import { claimedId } from "./claimed-id.ts";
import type { RagContext } from "./context.ts";
import { ownIndex } from "./own-index.ts";
import { partOfRequest } from "./part-of-request.ts";
import type { Upload } from "./schema.ts";
import type { DocumentRow } from "./tables.ts";

export interface NewDocuments extends Pick<NewDocument, "indexId" | "metadata" | "password"> {
	files: UploadedFile[];
}

export interface UploadedFile extends Pick<NewDocument, "name" | "contentType"> {
	bytes: Uint8Array;
}

export interface Added extends Pick<Upload, "failed"> {
	documents: DocumentRow[];
}

/**
 * A file that is refused holds up no other. Throws `not_found` and `forbidden`, which hold for all of them, and
 * `idempotency_key_reused` where the key came with other files, or with another request.
 */
export async function addDocuments(ctx: RagContext, uploaded: NewDocuments): Promise<Added> {
	const { files, ...common } = uploaded;
	await claim(ctx, uploaded);
	const added: Added = { documents: [], failed: [] };
	for (const [place, file] of files.entries()) {
		try {
			added.documents.push(await addDocument(partOfRequest(ctx, String(place)), { ...common, ...file }));
		} catch (error) {
			const known = asAppError(error);
			if (!known || known.code === "not_found" || known.code === "forbidden") throw error;
			added.failed.push({ name: file.name, code: known.code, message: known.message });
		}
	}
	return added;
}

/** The request's key stands for all of the upload; each file has one of its own. */
async function claim(ctx: RagContext, { indexId, metadata, password, files }: NewDocuments): Promise<void> {
	if (!ctx.caller.idempotencyKey) return;
	await ownIndex(ctx, indexId);
	const contents = await Promise.all(files.map(async ({ name, bytes }) => [name, await sha256(bytes)]));
	await claimedId(ctx, newId("upl"), ["upload", indexId, metadata, contents], password);
}
