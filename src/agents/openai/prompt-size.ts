/**
 * A row of SQLite holds 2 MB. A session keeps a message twice in a row, for the model and for people, and what one
 * request adds waits in a single row for its turn.
 */
import { AppError } from "#core/errors";

const maxBytes = 900_000;
const encoder = new TextEncoder();

/** Throws `payload_too_large`; files do not count, they are kept elsewhere. */
export function checkSize(content: unknown, pointer: string): void {
	const json = JSON.stringify(content, (key, value: unknown) => (key === "data" ? undefined : value));
	if (json.length * 3 <= maxBytes || encoder.encode(json).length <= maxBytes) return;
	const message = `This is too long: ${maxBytes} bytes are kept at most.`;
	throw new AppError("payload_too_large", message, { details: { fields: [{ pointer, detail: message }] } });
}
