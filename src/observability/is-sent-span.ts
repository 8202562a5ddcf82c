/**
 * Whether a value is a span that can be stored. Written by hand: every request of every Worker ends here, and a general
 * validator takes longer for a span than everything else that is done with it.
 */
import type { SentSpan } from "#core/sent-span";

/** Without the siblings, which only some have. */
const columns = 11;
const traceId = /^(?!0+$)[0-9a-f]{32}$/;
const spanId = /^[0-9a-f]{16}$/;
const kinds: ReadonlySet<unknown> = new Set(["server", "client", "internal", "producer", "consumer"]);
const statuses: ReadonlySet<unknown> = new Set(["unset", "ok", "error"]);
/** The last moment that a JavaScript Date can hold. */
const maxEpochMs = 8.64e15;

export function isSentSpan(value: unknown): value is SentSpan {
	if (!Array.isArray(value) || (value.length !== columns && value.length !== columns + 1)) return false;
	const [trace, userId, id, parent, name, service, kind, startTime, endTime, status, attributes, siblings = []] =
		value as unknown[];
	return (
		isMatch(trace, traceId) &&
		isMatch(id, spanId) &&
		(parent === null || isMatch(parent, spanId)) &&
		isText(name) &&
		isText(service) &&
		typeof userId === "string" &&
		kinds.has(kind) &&
		statuses.has(status) &&
		isTime(startTime) &&
		isTime(endTime) &&
		isAttributes(attributes) &&
		Array.isArray(siblings) &&
		siblings.every(isSibling)
	);
}

function isSibling(value: unknown): boolean {
	if (!Array.isArray(value) || (value.length !== 4 && value.length !== 5)) return false;
	const [id, name, startTime, attributes, endTime = startTime] = value as unknown[];
	return isMatch(id, spanId) && isText(name) && isTime(startTime) && isAttributes(attributes) && isTime(endTime);
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
