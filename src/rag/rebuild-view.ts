/** The rebuilding of an index as the API shows it. */
import { endOf, listedRun } from "#run/listed-run";
import type { RebuildRun } from "./rebuild-run.ts";
import type { IndexRebuild } from "./schema.ts";

export function rebuildView(run: RebuildRun): IndexRebuild {
	const { id, status, traceId, startTime, ...end } = listedRun(run);
	const { indexId, build } = run.input;
	const { embeddingModel, dimensions, vectorStore } = build;
	return {
		...{ rebuildId: id, indexId, status, embeddingModel, dimensions, vectorStore },
		...{ ...run.result, traceId, startTime, ...endOf(end), lastSeq: run.lastSeq },
	};
}
