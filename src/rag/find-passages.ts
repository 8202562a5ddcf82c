/** A search as other domains ask for it. */
import { AppError } from "#core/errors";
import type { Passage, PassageQuery } from "./client.ts";
import type { RagContext } from "./context.ts";
import { search } from "./search.ts";
import { SearchRequest } from "./search-schema.ts";

/** Throws `invalid_input` for what does not fit, and what `search` throws. */
export async function findPassages(ctx: RagContext, query: PassageQuery): Promise<Passage[]> {
	const { data, error } = SearchRequest.safeParse(query);
	if (!data) {
		const fields = error.issues.map(({ path, message }) => ({ pointer: `/${path.join("/")}`, detail: message }));
		throw new AppError("invalid_input", "The search does not fit its schema; see `errors`.", { details: { fields } });
	}
	const results = await search(ctx, data);
	return results.map(({ text, source, title, page, pageEnd, start, end, documentId, score }) => ({
		...{ text, source, title, url: `/api/v1/documents/${documentId}/content` },
		...(page !== undefined && { page, pageEnd }),
		...{ start, end, documentId, score },
	}));
}
