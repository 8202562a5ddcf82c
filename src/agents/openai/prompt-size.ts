/** A message is one row of the session's SQLite, and a row holds 2 MB. */
import type { LanguageModelV4Message } from "@ai-sdk/provider";
import { AppError } from "#core/errors";

const maxBytes = 1_800_000;
const encoder = new TextEncoder();

/** Throws `payload_too_large`; files do not count, they are kept elsewhere. */
export function checkSize(prompt: LanguageModelV4Message, pointer: string): void {
	const json = JSON.stringify(prompt, (key, value: unknown) => (key === "data" ? undefined : value));
	if (json.length * 3 <= maxBytes || encoder.encode(json).length <= maxBytes) return;
	const detail = `a message has ${maxBytes} bytes at most`;
	throw new AppError("payload_too_large", "A message is too long.", { details: { fields: [{ pointer, detail }] } });
}
