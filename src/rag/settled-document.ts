/** A document once it is processed, or as it is when somebody waits no longer. */
import { homeOf } from "#run/run-id";
import type { RagContext } from "./context.ts";
import { documentView } from "./document-view.ts";
import { processed } from "./processed.ts";
import type { RagDocument } from "./schema.ts";
import type { DocumentRow } from "./tables.ts";

export async function settledDocument(
	{ caller, ingestions }: RagContext,
	document: DocumentRow,
	waitMs: number,
): Promise<RagDocument> {
	if (document.status !== "processing" || waitMs === 0) return documentView(document);
	const { executionId } = document;
	const run = await ingestions(homeOf(executionId)).settled(caller, executionId, waitMs);
	return documentView({ ...document, ...processed(run) });
}
