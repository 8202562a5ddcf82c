/**
 * Whether a value is a span that can be stored. Written by hand: every request of every Worker ends here, and a general
 * validator takes longer for a span than everything else that is done with it.
 */
import type { SpanRecord } from "#core/telemetry";

const traceId = /^(?!0+$)[0-9a-f]{32}$/;
const spanId = /^[0-9a-f]{16}$/;
const kinds: ReadonlySet<unknown> = new Set(["server", "client", "internal", "producer", "consumer"]);
const statuses: ReadonlySet<unknown> = new Set(["unset", "ok", "error"]);
/** The last moment that a JavaScript Date can hold. */
const maxEpochMs = 8.64e15;

export function isSpan(value: unknown): value is SpanRecord {
	if (typeof value !== "object" || value === null) return false;
	const span = value as Record<string, unknown>;
	return (
		isMatch(span.traceId, traceId) &&
		isMatch(span.spanId, spanId) &&
		(span.parentSpanId === undefined || isMatch(span.parentSpanId, spanId)) &&
		isText(span.name) &&
		isText(span.service) &&
		(span.userId === undefined || isText(span.userId)) &&
		kinds.has(span.kind) &&
		statuses.has(span.status) &&
		isTime(span.startTime) &&
		isTime(span.endTime) &&
		isAttributes(span.attributes)
	);
}

function isMatch(value: unknown, pattern: RegExp): boolean {
	return typeof value === "string" && pattern.test(value);
}

function isText(value: unknown): boolean {
	return typeof value === "string" && value !== "";
}

function isTime(value: unknown): boolean {
	return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= maxEpochMs;
}

function isAttributes(value: unknown): boolean {
	if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
	return Object.values(value).every((item) => ["string", "number", "boolean"].includes(typeof item));
}
