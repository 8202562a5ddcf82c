/** The chunks of a document, in their order. */
import { encodeCursor, type Page, type PageRequest, unknownCursor } from "#core/paging";
import { buildOf } from "./build-of.ts";
import type { RagContext } from "./context.ts";
import type { Chunk } from "./schema.ts";
import { getDocument, getIndex } from "./store.ts";

/** Their position is how many come before. */
export async function listChunks(ctx: RagContext, documentId: string, page: PageRequest): Promise<Page<Chunk>> {
	const { indexId, ownerId, shard } = await getDocument(ctx, documentId);
	const build = buildOf(await getIndex(ctx, indexId));
	const { limit } = page;
	const before = placeOf(page, documentId);
	const access = { userId: ownerId, isAdmin: false };
	const found = await ctx.shard(build.id, shard).chunksOf(documentId, before, limit + 1, access);
	const items = found.slice(0, limit).map(({ id, text, start, end, page: pageNumber, pageEnd, parent }) => ({
		...{ id, documentId, text, start, end },
		...(pageNumber !== undefined && { page: pageNumber, pageEnd }),
		...(parent && { parent }),
	}));
	if (found.length <= limit) return { items };
	return { items, nextCursor: encodeCursor({ at: String(before + limit), id: documentId }) };
}

function placeOf({ after }: PageRequest, documentId: string): number {
	if (after === undefined) return 0;
	const place = Number(after.at);
	if (after.id !== documentId || !Number.isSafeInteger(place) || place < 0) throw unknownCursor();
	return place;
}
