/** Word documents (ECMA-376): headings, lists, tables, notes. Nothing is fetched, no macro is looked at. */
import { type BlockWriter, blockWriter } from "#rag/documents/block-writer";
import type { ParseOptions } from "#rag/documents/parse-options";
import type { Parsed } from "#rag/documents/parsed-document";
import { refuse } from "#rag/documents/refuse";
import { docxBody, type NoteReference } from "./docx-body.ts";
import { docxNotes } from "./docx-notes.ts";
import { type DocxParts, docxParts } from "./docx-parts.ts";
import { docxStyles } from "./docx-styles.ts";
import { readXml, XmlError, type XmlHandler } from "./read-xml.ts";
import { readZip, type ZipArchive, ZipError } from "./read-zip.ts";

/** Of the parts that are read, which pictures are not among. */
const maxInflatedBytes = 64 * 1024 * 1024;

export async function parseDocx(bytes: Uint8Array, source: ParseOptions): Promise<Parsed> {
	try {
		const archive = readZip(bytes, maxInflatedBytes);
		const foreign = foreignKind(archive.names);
		if (foreign) throw refuse(source.name, `is ${foreign}, which cannot be read.`, "unsupported_media_type");
		return await readParts(archive, await docxParts(archive), source);
	} catch (failure) {
		if (!(failure instanceof ZipError || failure instanceof XmlError)) throw failure;
		throw refuse(source.name, `cannot be read as a Word document: it ${failure.message}.`, "invalid_input", failure);
	}
}

async function readParts(archive: ZipArchive, parts: DocxParts, { name, signal }: ParseOptions): Promise<Parsed> {
	const styles = docxStyles();
	await readPart(parts.styles, styles);
	const writer = blockWriter(name);
	const body = docxBody(writer, styles);
	await readPart(parts.document, body);
	writer.endBlock();
	if (body.notes.length > 0)
		addNotes(writer, body.notes, { footnote: await notesIn(parts.footnotes), endnote: await notesIn(parts.endnotes) });
	const text = writer.build();
	const told = await titleIn(parts.properties);
	return { text, blocks: writer.blocks, title: told ?? (body.title && text.slice(body.title.start, body.title.end)) };

	async function readPart(part: string | undefined, handler: XmlHandler): Promise<void> {
		signal?.throwIfAborted();
		const pieces = part === undefined ? undefined : archive.read(part);
		if (pieces) await readXml(pieces, handler);
	}

	async function notesIn(part: string | undefined): Promise<Map<string, string>> {
		const handler = docxNotes();
		await readPart(part, handler);
		return handler.notes;
	}

	async function titleIn(part: string | undefined): Promise<string | undefined> {
		let title = "";
		let inTitle = false;
		await readPart(part, {
			open: (tag) => void (inTitle = tag === "dc:title"),
			close: () => void (inTitle = false),
			text: (text) => void (title += inTitle ? text : ""),
		});
		return title.trim() || undefined;
	}
}

/** Behind the text, by the numbers that stand for them in it. */
function addNotes(
	writer: BlockWriter,
	references: NoteReference[],
	notes: Record<NoteReference["kind"], Map<string, string>>,
): void {
	for (const [index, { kind, id }] of references.entries()) {
		writer.text(`[${index + 1}] ${notes[kind].get(id) ?? ""}`);
		writer.endBlock();
	}
}

function foreignKind(names: string[]): string | undefined {
	if (names.includes("xl/workbook.xml")) return "an Excel workbook";
	if (names.includes("ppt/presentation.xml")) return "a PowerPoint presentation";
	if (names.includes("mimetype")) return "an OpenDocument file or a book";
	if (names.includes("[Content_Types].xml")) return undefined;
	return "a ZIP archive";
}
