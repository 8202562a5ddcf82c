/** How the encoding of a text's bytes is told (HTML §13.2.3). */

export function markedEncoding(bytes: Uint8Array): string | undefined {
	if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return "utf-8";
	if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
	if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
	return undefined;
}

/** Of a content type. */
export function declaredCharset(contentType: string): string | undefined {
	return /;\s*charset\s*=\s*["']?([^\s"';]+)/i.exec(contentType)?.[1];
}

/** By the `<meta>` of a page, or by the declaration of an XML document. */
export function charsetWithin(bytes: Uint8Array): string | undefined {
	const start = new TextDecoder("windows-1252").decode(bytes.subarray(0, 1024));
	const named = /<meta\s[^>]*?charset\s*=\s*["']?\s*([\w.:-]+)|<\?xml\s[^>]*?encoding\s*=\s*["']([\w.:-]+)/i.exec(
		start,
	);
	return named?.[1] ?? named?.[2];
}

/** Undefined for what is not UTF-8. A truncated text may end within a character. */
export function decodeUtf8(bytes: Uint8Array, truncated = false): string | undefined {
	try {
		return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes, { stream: truncated });
	} catch {
		return undefined;
	}
}

/** Undefined for an encoding that nobody knows. */
export function decoderOf(label: string | undefined): TextDecoder | undefined {
	if (!label) return undefined;
	try {
		return new TextDecoder(label);
	} catch {
		return undefined;
	}
}
