/** Bytes of a text file as text: by its byte order mark, as UTF-8, by the encoding that it names, or as Latin-1. */
import { charsetWithin, declaredCharset, decoderOf, decodeUtf8, markedEncoding } from "#core/character-encoding";

/**
 * Valid UTF-8 is UTF-8 whatever the file says of itself: other encodings hardly ever look like it, and labels are
 * often wrong. Undefined for what is no text.
 */
export function decodeText(bytes: Uint8Array, contentType = ""): string | undefined {
	const marked = markedEncoding(bytes) ?? unmarkedUtf16(bytes);
	const label = declaredCharset(contentType) ?? charsetWithin(bytes);
	const text = marked
		? new TextDecoder(marked).decode(bytes)
		: (sevenBit(label)?.decode(bytes) ??
			decodeUtf8(bytes) ??
			(namedDecoder(label) ?? new TextDecoder("windows-1252")).decode(bytes));
	return isBinary(text) ? undefined : text;
}

const sampleLength = 4096;

/** Blanks, digits and line ends are in texts of every script; in UTF-16 each has a zero byte, always on one side. */
function unmarkedUtf16(bytes: Uint8Array): string | undefined {
	if (bytes.length % 2 !== 0) return undefined;
	const sample = bytes.subarray(0, sampleLength);
	const zeros = [0, 0];
	for (const [index, byte] of sample.entries()) if (byte === 0) zeros[index % 2]!++;
	const [even = 0, odd = 0] = zeros;
	const many = Math.max(1, sample.length / 20);
	if (odd > many && even === 0) return "utf-16le";
	if (even > many && odd === 0) return "utf-16be";
	return undefined;
}

/** The one encoding of the web that is also valid UTF-8 in every byte. */
function sevenBit(label: string | undefined): TextDecoder | undefined {
	const decoder = namedDecoder(label);
	return decoder?.encoding === "iso-2022-jp" ? decoder : undefined;
}

/** Without a mark and without zeros it is not in UTF-16, whatever it says. */
function namedDecoder(label: string | undefined): TextDecoder | undefined {
	return label && /^utf-?16/i.test(label) ? undefined : decoderOf(label);
}

/** One control character in a hundred: text has none but white space and an escape here and there. */
function isBinary(text: string): boolean {
	const sample = text.slice(0, 16 * sampleLength);
	// oxlint-disable-next-line no-control-regex
	const controls = sample.match(/[\u0000-\u0008\u000E-\u001A\u001C-\u001F]/g)?.length ?? 0;
	return controls * 100 > sample.length;
}
