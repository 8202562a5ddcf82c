/**
 * From the bytes of a file to its text and where in it everything stands. What cannot be read is refused with the
 * reason: a document never comes out empty.
 */
import { detectContainer, detectTextType, foreignKind } from "./detect-type.ts";
import { decodeText } from "./decode-text.ts";
import { maxDocumentBytes, maxTextLength } from "./limits.ts";
import { outlineOf } from "./outline-of.ts";
import type { ParseOptions } from "./parse-options.ts";
import type { DocumentType, Parsed, ParsedDocument } from "./parsed-document.ts";
import { parseText } from "./parse-text.ts";
import { refuse } from "./refuse.ts";
import { withoutControls } from "./text-builder.ts";
import { checkLength } from "./text-writer.ts";

/**
 * @throws {AppError} `unsupported_media_type` for what is no document, `payload_too_large` for what is too much,
 * `invalid_input` for what is damaged, protected or has no text.
 */
export async function parseDocument(bytes: Uint8Array, options: ParseOptions): Promise<ParsedDocument> {
	const { name, signal } = options;
	signal?.throwIfAborted();
	if (bytes.length === 0) throw refuse(name, "is empty.");
	if (bytes.length > maxDocumentBytes) {
		throw refuse(name, `is larger than ${maxDocumentBytes / 1024 / 1024} MiB.`, "payload_too_large");
	}
	const { type, parsed } = await parse(bytes, options);
	if (parsed.blocks.length === 0) throw refuse(name, "has no text.");
	const outline = parsed.outline ?? outlineOf(parsed.text, parsed.blocks);
	const title = parsed.title ?? outline.find(({ level }) => level === 1)?.title;
	return { type, ...parsed, ...(title && { title: title.slice(0, maxTitle) }), outline };
}

const maxTitle = 500;

async function parse(bytes: Uint8Array, options: ParseOptions): Promise<{ type: DocumentType; parsed: Parsed }> {
	// The libraries for each type are large and wait until there is a document of it.
	switch (detectContainer(bytes)) {
		case "pdf": {
			const { parsePdf } = await import("./pdf/parse-pdf.ts");
			return { type: "pdf", parsed: await parsePdf(bytes, options) };
		}
		case "zip": {
			const { parseDocx } = await import("./docx/parse-docx.ts");
			return { type: "docx", parsed: await parseDocx(bytes, options) };
		}
		case "compound": {
			const { decryptDocx } = await import("./docx/decrypt-docx.ts");
			const { parseDocx } = await import("./docx/parse-docx.ts");
			return { type: "docx", parsed: await parseDocx(decryptDocx(bytes, options), options) };
		}
		case "other":
			return await parseTextFile(bytes, options);
	}
}

async function parseTextFile(
	bytes: Uint8Array,
	options: ParseOptions,
): Promise<{ type: DocumentType; parsed: Parsed }> {
	const { name, contentType } = options;
	const kind = foreignKind(bytes);
	if (kind) throw refuse(name, `is ${kind}, which cannot be read.`, "unsupported_media_type");
	const source = decodeText(bytes, contentType);
	if (source === undefined)
		throw refuse(name, "is neither text nor a type that can be read.", "unsupported_media_type");
	if (source.trim() === "") throw refuse(name, "has no text.");
	const type = detectTextType(source, options);
	// Markup may be longer than the text in it.
	if (type !== "html") checkLength(source.length, name);
	else if (source.length > 2 * maxTextLength) throw refuse(name, "is too large for a page.", "payload_too_large");
	return { type, parsed: await parserOf[type](source, name) };
}

type TextParser = (source: string, name: string) => Parsed | Promise<Parsed>;

const parserOf: Record<Exclude<DocumentType, "pdf" | "docx">, TextParser> = {
	text: (source, name) => parseText(withoutControls(source), name),
	async markdown(source, name) {
		const { parseMarkdown } = await import("./markdown/parse-markdown.ts");
		return parseMarkdown(withoutControls(source), name);
	},
	async html(source, name) {
		const { parseHtml } = await import("./html/parse-html.ts");
		return parseHtml(source, name);
	},
	async csv(source, name) {
		const { parseCsv } = await import("./parse-csv.ts");
		return parseCsv(source, name);
	},
	async json(source, name) {
		const { parseJson } = await import("./parse-json.ts");
		return parseJson(source, name);
	},
};
