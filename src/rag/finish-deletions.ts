/** Finishes what somebody began to delete when something broke. */
import { isoTime } from "#core/clock";
import type { RagContext } from "./context.ts";
import { forgetDocument } from "./remove-document.ts";
import { unfinishedDeletions } from "./store.ts";

/** Whoever deletes it is done by then, or never. */
const afterMs = 30_000;

/** Never throws. */
export async function finishDeletions(ctx: Pick<RagContext, "db" | "files" | "ingestions">): Promise<void> {
	try {
		for (const document of await unfinishedDeletions(ctx, isoTime(Date.now() - afterMs))) {
			await forgetDocument(ctx, document);
		}
	} catch (error) {
		console.error("deletions wait", error);
	}
}
