/** Server-sent events framing (WHATWG HTML §9.2). */

export interface SseFrame {
	id?: string;
	event?: string;
	/** A string is sent as it is; anything else as JSON. */
	data: unknown;
}

export const sseHeaders = {
	"content-type": "text/event-stream; charset=utf-8",
	"cache-control": "no-cache, no-transform",
	"x-accel-buffering": "no",
};

export function formatSse({ id, event, data }: SseFrame): string {
	const text = typeof data === "string" ? data : JSON.stringify(data);
	const lines = text.split(/\r\n|\r|\n/).map((line) => `data: ${line}\n`);
	return `${field("id", id)}${field("event", event)}${lines.join("")}\n`;
}

/** A comment line that keeps intermediaries from closing an idle stream. */
export const sseHeartbeat = ": keep-alive\n\n";

/** A line break in a value would begin a field of its own, and a client ignores an id with NUL. */
function field(name: string, value: string | undefined): string {
	return value === undefined ? "" : `${name}: ${value.replaceAll(/[\r\n\0]/g, " ")}\n`;
}
