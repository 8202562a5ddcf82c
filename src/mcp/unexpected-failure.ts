/** A failure that nobody expected: into the log with all that is known of it, to the caller without. */
import type { Span } from "#core/telemetry";

/** Answers what the caller is told. */
export function unexpectedFailure({ span: { traceId } }: { span: Span }, error: unknown): string {
	const { stack = String(error), cause } = error as Partial<Error>;
	console.error(JSON.stringify({ traceId, stack, cause: cause && String(cause) }));
	return `Something went wrong here; the trace id ${traceId} names it in the logs.`;
}
