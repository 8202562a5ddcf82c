/** Copies the chunks of a document from the build that is searched into the one that is to come. Can be made again. */
import type { Span } from "#core/telemetry";
import type { ChunkIndex } from "./chunk-index.ts";
import { chunksAtOnce, type ChunkWriter } from "./chunk-writer.ts";
import type { DocumentRow } from "./tables.ts";

export interface BackfillWork {
	document: DocumentRow;
	from: Pick<ChunkIndex, "chunksOf">;
	writer: ChunkWriter;
	span: Span;
	/** Asked again between writes: the document may be deleted meanwhile, or the build dropped. */
	isWanted(): Promise<boolean>;
}

/** Answers whether all are there. */
export async function backfillDocument({ document, from, writer, span, isWanted }: BackfillWork): Promise<boolean> {
	const { id, ownerId, originalName, metadata } = document;
	// The row has it first: what it says is as new as can be.
	const title = document.title ?? originalName;
	const ids: string[] = [];
	try {
		while (await isWanted()) {
			const chunks = await from.chunksOf(id, ids.length, chunksAtOnce, { userId: ownerId, isAdmin: false });
			if (chunks.length === 0) {
				await writer.retain(id, ids);
				return true;
			}
			ids.push(...chunks.map((chunk) => chunk.id));
			await writer.write(
				chunks.map((chunk) => ({ ...chunk, title, metadata })),
				{ span },
			);
			await scheduler.wait(0);
		}
		return false;
	} finally {
		// What was written since is of no use to anybody.
		if (!(await isWanted())) {
			await writer.discard(id, ids);
			await writer.remove(id);
		}
	}
}
