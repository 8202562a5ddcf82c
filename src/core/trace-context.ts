/** W3C Trace Context, level 2: the `traceparent` header and the ids in it. */

import { randomBytes } from "./random-bytes.ts";

export interface TraceContext {
	/** 32 lower-case hex digits, not all zero. */
	traceId: string;
	/** 16 lower-case hex digits, not all zero: the parent of what happens next. */
	spanId: string;
	sampled: boolean;
}

const traceparentPattern = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** The context in a `traceparent` header, or undefined where it is missing or invalid (§3.2.2). */
export function parseTraceparent(header: string | null | undefined): TraceContext | undefined {
	const match = traceparentPattern.exec(header ?? "");
	if (!match) return undefined;
	const [, version = "", traceId = "", spanId = "", flags = "", rest] = match;
	if (version === "00" && rest) return undefined;
	return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

export function formatTraceparent({ traceId, spanId, sampled }: TraceContext): string {
	return `00-${traceId}-${spanId}-${sampled ? "01" : "00"}`;
}

/**
 * Its first six bytes are the time in milliseconds, the other ten are random (the specification wants seven): so the
 * spans of one time are neighbours in a table whose key begins with the trace.
 */
export function newTraceId(): string {
	const time = Date.now().toString(16).padStart(12, "0");
	return time + randomBytes(10).toHex();
}

export function newSpanId(): string {
	return randomBytes(8).toHex();
}
