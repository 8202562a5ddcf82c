/** Joins a text from pieces, now and then: millions of them at once would take more memory than the text. */
import { maxTextLength } from "./limits.ts";
import { refuse } from "./refuse.ts";

export interface TextWriter {
	/** Of the text so far. */
	length(): number;
	/** @throws {AppError} `payload_too_large` where the text becomes too long. */
	write(piece: string): void;
	written(): string;
}

const flushAt = 8192;

export function textWriter(name: string): TextWriter {
	let text = "";
	let pieces: string[] = [];
	let length = 0;
	return {
		length: () => length,
		write(piece) {
			length += piece.length;
			checkLength(length, name);
			pieces.push(piece);
			if (pieces.length < flushAt) return;
			text += pieces.join("");
			pieces = [];
		},
		written: () => text + pieces.join(""),
	};
}

export function checkLength(length: number, name: string): void {
	if (length <= maxTextLength) return;
	const limit = maxTextLength / 1024 / 1024;
	throw refuse(name, `has more text than the ${limit} Mi characters that a document may have.`, "payload_too_large");
}
