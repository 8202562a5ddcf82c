/**
 * A finished span as it travels to the observability Worker: the columns of its row in their order, so that whoever
 * stores it need not write it anew. Names of fields would be a third of it.
 */
import type { SiblingSpan, SpanAttributes, SpanKind, SpanRecord, SpanStatus } from "./telemetry.ts";

export type SentSpan = [
	traceId: string,
	/** Empty where nobody was signed in. */
	userId: string,
	spanId: string,
	parentSpanId: string | null,
	name: string,
	service: string,
	kind: SpanKind,
	/** Unix time in milliseconds. */
	startTime: number,
	endTime: number,
	status: SpanStatus,
	attributes: SpanAttributes,
	siblings?: SiblingSpan[],
];

export function sentSpan(span: SpanRecord): SentSpan {
	const { traceId, userId = "", spanId, parentSpanId = null, name, service, kind, startTime, endTime } = span;
	const { status, attributes, siblings } = span;
	const sent: SentSpan = [
		...([traceId, userId, spanId, parentSpanId, name, service, kind, startTime, endTime] as const),
		...([status, attributes] as const),
	];
	if (siblings && siblings.length > 0) sent.push(siblings);
	return sent;
}
