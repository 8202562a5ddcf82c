/** Work as a span, which ends with it and fails with the code of its error. */
import { asAppError } from "./errors.ts";
import type { Span } from "./telemetry.ts";

export async function inSpan<T>(span: Span, work: (span: Span) => Promise<T>): Promise<T> {
	try {
		return await work(span);
	} catch (error) {
		span.fail(asAppError(error)?.code ?? "internal_error");
		throw error;
	} finally {
		span.end();
	}
}
