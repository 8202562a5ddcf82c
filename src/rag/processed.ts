/** What the row of a document says once its processing has ended. */
import { isoTime } from "#core/clock";
import { isTerminal } from "#run/run";
import type { IngestionRun } from "./ingestion-run.ts";
import type { DocumentRow } from "./tables.ts";

export function processed({ status, error, result, endedAt = Date.now() }: IngestionRun): Partial<DocumentRow> {
	const updatedAt = isoTime(endedAt);
	if (!isTerminal(status)) return {};
	if (status === "completed" && result) {
		const { chunks, title, pages, ...known } = result;
		return {
			...{ ...known, status: "ready", error: null, updatedAt },
			...{ chunkCount: chunks, title: title ?? null, pages: pages ?? null },
		};
	}
	const cancelled = { code: "cancelled" as const, message: "Its processing was cancelled." };
	return { status: "failed", error: error ?? cancelled, updatedAt };
}
