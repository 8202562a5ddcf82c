/** The processing of a document as the API shows it. */
import { endOf, listedRun } from "#run/listed-run";
import type { IngestionRun } from "./ingestion-run.ts";
import type { Ingestion } from "./schema.ts";

export function ingestionView(run: IngestionRun): Ingestion {
	const { id, status, traceId, startTime, ...end } = listedRun(run);
	const documentId = run.input.document.id;
	return { executionId: id, documentId, status, traceId, startTime, ...endOf(end), lastSeq: run.lastSeq };
}
