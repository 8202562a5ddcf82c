/** The query of every list: `limit` and `cursor`. */
import { z } from "zod";
import { decodeCursor, type PageRequest } from "#core/paging";

export const PageQuery = z.object({
	limit: z.coerce.number().int().min(1).max(100).default(20).meta({ description: "Items a page.", example: 20 }),
	cursor: z.string().max(512).optional().meta({ description: "`nextCursor` of the page before." }),
});

export function pageRequest({ limit, cursor }: z.infer<typeof PageQuery>): PageRequest {
	return { limit, after: cursor === undefined ? undefined : decodeCursor(cursor) };
}
