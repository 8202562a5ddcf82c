/** Text as bytes. */
import { AppError } from "#core/errors";

/** Half a surrogate pair has no UTF-8; TextEncoder would quietly put something else in its place. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
	if (!text.isWellFormed()) throw new AppError("invalid_input", "The text contains half a character.");
	return new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;
}
