/** Bytes of a text file as text: by its byte order mark, as UTF-8, by the encoding that it names, or as Latin-1. */

/**
 * Valid UTF-8 is UTF-8 whatever the file says of itself: other encodings hardly ever look like it, and labels are
 * often wrong. Undefined for what is no text.
 */
export function decodeText(bytes: Uint8Array, contentType = ""): string | undefined {
	const marked = markOf(bytes) ?? unmarkedUtf16(bytes);
	const label = declaredCharset(bytes, contentType);
	const text = marked
		? new TextDecoder(marked).decode(bytes)
		: (sevenBit(label)?.decode(bytes) ??
			decodeUtf8(bytes) ??
			(decoderOf(label) ?? new TextDecoder("windows-1252")).decode(bytes));
	return isBinary(text) ? undefined : text;
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
	try {
		return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
	} catch {
		return undefined;
	}
}

function markOf(bytes: Uint8Array): string | undefined {
	if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return "utf-8";
	if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
	if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
	return undefined;
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

function declaredCharset(bytes: Uint8Array, contentType: string): string | undefined {
	const header = /;\s*charset\s*=\s*["']?([^\s"';]+)/i.exec(contentType)?.[1];
	if (header) return header;
	const start = new TextDecoder("windows-1252").decode(bytes.subarray(0, 1024));
	const named = /<meta\s[^>]*?charset\s*=\s*["']?\s*([\w.:-]+)|<\?xml\s[^>]*?encoding\s*=\s*["']([\w.:-]+)/i.exec(
		start,
	);
	return named?.[1] ?? named?.[2];
}

/** The one encoding of the web that is also valid UTF-8 in every byte. */
function sevenBit(label: string | undefined): TextDecoder | undefined {
	const decoder = decoderOf(label);
	return decoder?.encoding === "iso-2022-jp" ? decoder : undefined;
}

/** Undefined for an encoding that nobody knows. */
function decoderOf(label: string | undefined): TextDecoder | undefined {
	if (!label || /^utf-?16/i.test(label)) return undefined;
	try {
		return new TextDecoder(label);
	} catch {
		return undefined;
	}
}

/** One control character in a hundred: text has none but white space and an escape here and there. */
function isBinary(text: string): boolean {
	const sample = text.slice(0, 16 * sampleLength);
	// oxlint-disable-next-line no-control-regex
	const controls = sample.match(/[\u0000-\u0008\u000E-\u001A\u001C-\u001F]/g)?.length ?? 0;
	return controls * 100 > sample.length;
}
