/** A document as the API shows it. */
import type { RagDocument } from "./schema.ts";
import type { DocumentRow } from "./tables.ts";

export function documentView(row: DocumentRow): RagDocument {
	const { id, indexId, filename, originalName, contentType, type, title, size, contentHash, error, metadata } = row;
	const { sourceUrl, characters, pages, chunkCount, executionId, ownerId, uploadedAt, updatedAt } = row;
	return {
		...{ id, indexId, filename, originalName, contentType, size, contentHash, metadata, chunkCount, executionId },
		...{ status: row.status === "deleting" ? "failed" : row.status, createdBy: ownerId, uploadedAt, updatedAt },
		...(type !== null && { type }),
		...(title !== null && { title }),
		...(error !== null && { error }),
		...(sourceUrl !== null && { sourceUrl }),
		...(characters !== null && { characters }),
		...(pages !== null && { pages }),
	};
}
