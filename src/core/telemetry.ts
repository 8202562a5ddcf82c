/** Spans with OpenTelemetry names, gathered per isolate and sent to a queue in batches, after the answer has left. */
import { formatTraceparent, newSpanId, newTraceId, parseTraceparent, type TraceContext } from "./trace-context.ts";

export type SpanKind = "server" | "client" | "internal" | "producer" | "consumer";
export type SpanStatus = "unset" | "ok" | "error";
export type SpanAttributes = Record<string, string | number | boolean>;

/** One finished span, as it travels to the observability Worker. */
export interface SpanRecord {
	traceId: string;
	spanId: string;
	parentSpanId?: string;
	name: string;
	kind: SpanKind;
	service: string;
	/** The user on whose behalf the work ran; only this user and admins may read the span. */
	userId?: string;
	/** Unix time in milliseconds. */
	startTime: number;
	endTime: number;
	status: SpanStatus;
	attributes: SpanAttributes;
	/** Other spans that are in all else like this one. */
	siblings?: SiblingSpan[];
}

/** Times are Unix times in milliseconds; without an end, it took no time. */
export type SiblingSpan = [
	spanId: string,
	name: string,
	startTime: number,
	attributes: SpanAttributes,
	endTime?: number,
];

/** Where finished spans go. */
export interface SpanSink {
	service: string;
	record(span: SpanRecord): void;
}

/** Longer names and values are cut, as OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT would: some of them are a client's to choose. */
const maxTextLength = 1_024;
/** A row of its own would cost ten times what a sibling does. */
const maxSiblings = 31;
/** Siblings that come later go into a record of their own. */
const siblingsWithinMs = 1_000;

export class Span {
	readonly traceId: string;
	readonly spanId = newSpanId();
	readonly sink: SpanSink;
	userId: string | undefined;
	name: string;
	status: SpanStatus = "unset";
	readonly attributes: SpanAttributes;
	readonly #kind: SpanKind;
	readonly #parentSpanId: string | undefined;
	readonly #startTime = Date.now();
	/** The record of its parts, which has not left yet. */
	#parts: (SpanRecord & { siblings: SiblingSpan[] }) | undefined;
	#ended = false;

	constructor(sink: SpanSink, name: string, options: SpanOptions = {}) {
		const parent = options.parent ?? parseTraceparent(options.traceparent);
		this.sink = sink;
		this.name = name;
		this.traceId = parent?.traceId ?? newTraceId();
		this.#parentSpanId = parent?.spanId;
		this.#kind = options.kind ?? "internal";
		this.userId = options.userId;
		this.attributes = { ...options.attributes };
	}

	/** The header that makes the receiver's spans children of this one. */
	get traceparent(): string {
		return formatTraceparent({ traceId: this.traceId, spanId: this.spanId, sampled: true });
	}

	child(name: string, options: Omit<SpanOptions, "parent" | "traceparent"> = {}): Span {
		return new Span(this.sink, name, { userId: this.userId, ...options, parent: this });
	}

	/** A child without children here, one of many: those that end well share a record. `name` and `attributes` are short. */
	part(name: string, attributes: SpanAttributes): Span {
		const sink = { service: this.sink.service, record: (part: SpanRecord) => this.#gather(part) };
		return new Span(sink, name, { userId: this.userId, attributes, parent: this });
	}

	/** Records a part for work that took no time to speak of. */
	instant(name: string, attributes: SpanAttributes): void {
		const { traceId, spanId: parentSpanId, sink, userId } = this;
		const now = Date.now();
		this.#gather({
			...{ traceId, spanId: newSpanId(), parentSpanId, name, kind: "internal", service: sink.service, userId },
			...{ startTime: now, endTime: now, status: "unset", attributes },
		});
	}

	/** Marks the span as failed; `type` is a stable code, never a message with data in it. */
	fail(type: string): void {
		this.status = "error";
		this.attributes["error.type"] = type;
	}

	/** Ends the span; a second end is ignored. */
	end(attributes: SpanAttributes = {}): void {
		if (this.#ended) return;
		this.#ended = true;
		this.#sendParts();
		this.sink.record({
			traceId: this.traceId,
			spanId: this.spanId,
			parentSpanId: this.#parentSpanId,
			name: cut(this.name),
			kind: this.#kind,
			service: this.sink.service,
			userId: this.userId,
			startTime: this.#startTime,
			endTime: Date.now(),
			status: this.status,
			attributes: cutAll(Object.assign(this.attributes, attributes)),
		});
	}

	#gather(part: SpanRecord): void {
		if (this.#ended || part.status !== "unset") return this.sink.record(part);
		const { spanId, name, startTime, attributes, endTime } = part;
		const siblings = this.#parts?.siblings;
		if (siblings && siblings.length < maxSiblings && endTime - this.#parts!.endTime < siblingsWithinMs) {
			siblings.push(
				endTime > startTime ? [spanId, name, startTime, attributes, endTime] : [spanId, name, startTime, attributes],
			);
			return;
		}
		this.#sendParts();
		this.#parts = { ...part, siblings: [] };
	}

	#sendParts(): void {
		if (this.#parts) this.sink.record(this.#parts);
		this.#parts = undefined;
	}
}

export interface SpanOptions {
	kind?: SpanKind;
	/** The parent in this Worker. */
	parent?: Pick<TraceContext, "traceId" | "spanId">;
	/** The header that names a parent elsewhere; without a valid one, and without `parent`, the span begins a new trace. */
	traceparent?: string | null;
	userId?: string;
	attributes?: SpanAttributes;
}

function cutAll(attributes: SpanAttributes): SpanAttributes {
	for (const [key, value] of Object.entries(attributes)) {
		if (typeof value === "string" && value.length > maxTextLength) attributes[key] = cut(value);
	}
	return attributes;
}

function cut(text: string): string {
	return text.length > maxTextLength ? text.slice(0, maxTextLength) : text;
}
