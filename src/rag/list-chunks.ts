/** The chunks of a document, in their order. */
import type { RagContext } from "./context.ts";
import type { Chunk } from "./schema.ts";
import { getDocument } from "./store.ts";

export async function listChunks(
	ctx: RagContext,
	documentId: string,
	offset: number,
	limit: number,
): Promise<{ chunks: Chunk[]; nextOffset?: number }> {
	const { indexId, shard, ownerId } = await getDocument(ctx, documentId);
	const access = { userId: ownerId, isAdmin: false };
	const found = await ctx.shard(indexId, shard).chunksOf(documentId, offset, limit + 1, access);
	const chunks = found.slice(0, limit).map(({ id, text, start, end, page, parent }) => ({
		...{ id, documentId, text, start, end },
		...(page !== undefined && { page }),
		...(parent && { parent }),
	}));
	return { chunks, ...(found.length > limit && { nextOffset: offset + limit }) };
}
