/** Bytes of a page as text, by the encoding that it names or, where it names none or a wrong one, by its bytes. */

interface Encoded {
	contentType: string;
	/** The bytes may end within a character. */
	truncated: boolean;
}

/** A byte order mark wins, then the header, then the page's own `<meta>` (HTML §13.2.3.2). */
export function decodeText(bytes: Uint8Array, { contentType, truncated }: Encoded): string {
	const options = { stream: truncated };
	const marked = markOf(bytes);
	if (marked) return new TextDecoder(marked).decode(bytes, options);
	const named = decoderOf(charsetIn(contentType)) ?? decoderOf(metaCharset(bytes, contentType));
	if (named) return named.decode(bytes, options);
	return decodeUtf8(bytes, truncated) ?? new TextDecoder("windows-1252").decode(bytes);
}

/** Undefined for what is not UTF-8. */
export function decodeUtf8(bytes: Uint8Array, truncated: boolean): string | undefined {
	try {
		return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes, { stream: truncated });
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

/** A page that can be read to this point as ASCII is not in UTF-16, whatever it says (HTML §13.2.3.3). */
function metaCharset(bytes: Uint8Array, contentType: string): string | undefined {
	if (!/html|xml/i.test(contentType)) return undefined;
	const start = new TextDecoder("windows-1252").decode(bytes.subarray(0, 1024));
	const meta = /<meta\s[^>]*?charset\s*=\s*["']?\s*([\w.:-]+)|<\?xml\s[^>]*?encoding\s*=\s*["']([\w.:-]+)/i.exec(start);
	const label = meta?.[1] ?? meta?.[2];
	return label && /^utf-16/i.test(label) ? "utf-8" : label;
}

function charsetIn(contentType: string): string | undefined {
	return /;\s*charset\s*=\s*["']?([^\s"';]+)/i.exec(contentType)?.[1];
}

/** Undefined for an encoding that nobody knows. */
function decoderOf(label: string | undefined): TextDecoder | undefined {
	if (!label) return undefined;
	try {
		return new TextDecoder(label);
	} catch {
		return undefined;
	}
}
