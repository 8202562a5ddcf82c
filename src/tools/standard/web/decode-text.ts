/** Bytes of a page as text, by the encoding that it names or, where it names none or a wrong one, by its bytes. */
import { charsetWithin, declaredCharset, decoderOf, decodeUtf8, markedEncoding } from "#core/character-encoding";

interface Encoded {
	contentType: string;
	/** The bytes may end within a character. */
	truncated: boolean;
}

/** A byte order mark wins, then the header, then the page's own `<meta>` (HTML §13.2.3.2). */
export function decodeText(bytes: Uint8Array, { contentType, truncated }: Encoded): string {
	const options = { stream: truncated };
	const marked = markedEncoding(bytes);
	if (marked) return new TextDecoder(marked).decode(bytes, options);
	const named = decoderOf(declaredCharset(contentType)) ?? decoderOf(metaCharset(bytes, contentType));
	if (named) return named.decode(bytes, options);
	return decodeUtf8(bytes, truncated) ?? new TextDecoder("windows-1252").decode(bytes);
}

/** A page that can be read to this point as ASCII is not in UTF-16, whatever it says (HTML §13.2.3.3). */
function metaCharset(bytes: Uint8Array, contentType: string): string | undefined {
	if (!/html|xml/i.test(contentType)) return undefined;
	const label = charsetWithin(bytes);
	return label && /^utf-16/i.test(label) ? "utf-8" : label;
}
