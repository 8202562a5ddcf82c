/** The spans in a message to the observability Worker. */
import type { SentSpan } from "#core/sent-span";
import type { SpanRecord } from "#core/telemetry";

export function spanRecords(message: string): SpanRecord[] {
	return (JSON.parse(message) as SentSpan[]).map(
		([traceId, userId, spanId, parentSpanId, name, service, kind, startTime, endTime, status, attributes]) => ({
			...{ traceId, spanId, name, service, kind, startTime, endTime, status, attributes },
			...(userId !== "" && { userId }),
			...(parentSpanId !== null && { parentSpanId }),
		}),
	);
}
