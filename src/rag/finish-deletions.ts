/** Finishes what somebody began when something broke: deletions, rebuilt indexes, documents that were never processed. */
import { isoTime } from "#core/clock";
import { asAppError } from "#core/errors";
import { homeOf } from "#run/run-id";
import { deleteBuildRow, putLast, retiredBuilds } from "./build-store.ts";
import type { RagContext } from "./context.ts";
import { eraseBuild } from "./erase-build.ts";
import { processed } from "./processed.ts";
import { forgetDocument } from "./remove-document.ts";
import { forgetIndex } from "./remove-index.ts";
import { deletedIndexes, projectDocument, stalledDocuments, unfinishedDeletions, updateDocument } from "./store.ts";
import type { DocumentRow } from "./tables.ts";

type Scope = Pick<RagContext, "db" | "files" | "ingestions" | "parts" | "shard">;

/** Whoever began it is done by then, or never. */
const afterMs = 30_000;

/** A search or a copy that began before an index was rebuilt is over by then. */
const searchedForMs = 120_000;

/** Never throws; what fails holds up nothing else, and is tried again the next time. */
export async function finishDeletions(ctx: Scope): Promise<void> {
	const before = isoTime(Date.now() - afterMs);
	await each(unfinishedDeletions(ctx, before), (document) => forgetDocument(ctx, document));
	await each(deletedIndexes(ctx), (index) => forgetIndex(ctx, index));
	await each(retiredBuilds(ctx, isoTime(Date.now() - searchedForMs)), async (build) => {
		await putLast(ctx, build.id);
		await eraseBuild(ctx, build);
		await deleteBuildRow(ctx, build.id);
	});
	await each(stalledDocuments(ctx, before), (document) => settleStalled(ctx, document));
}

async function each<Item>(found: Promise<Item[]>, finish: (item: Item) => Promise<void>): Promise<void> {
	const items = await found.catch((error: unknown) => {
		console.error("what is unfinished could not be read", error);
		return [];
	});
	for (const item of items) {
		await finish(item).catch((error: unknown) => console.error("something stays unfinished", error));
	}
}

/** A document whose processing nobody has heard of was never accepted. */
async function settleStalled({ db, ingestions }: Scope, document: DocumentRow): Promise<void> {
	const { id, ownerId, executionId } = document;
	const asOwner = { userId: ownerId, role: "user" as const, requestId: "", traceparent: "" };
	try {
		const run = await ingestions(homeOf(executionId)).find(asOwner, executionId);
		// The object knows of it, and tells how it ends, or has told it before the row said that it goes on.
		await projectDocument({ db }, { ...document, updatedAt: isoTime(), ...processed(run) });
	} catch (thrown) {
		if (asAppError(thrown)?.code !== "not_found") throw thrown;
		const error = {
			code: "service_unavailable" as const,
			message: "It was interrupted before it was accepted; process it once more, or send it again.",
		};
		await updateDocument({ db }, id, { status: "failed", error, updatedAt: isoTime() });
	}
}
