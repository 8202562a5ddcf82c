/** The blocks of a Word document, from its main part and its notes: what a reader sees. */
import type { BlockWriter } from "#rag/documents/block-writer";
import type { Block } from "#rag/documents/parsed-document";
import { type DocxStyles, levelOf, type ParagraphStyle } from "./docx-styles.ts";
import type { XmlHandler } from "./read-xml.ts";
import { visibleText } from "./visible-text.ts";

export interface NoteReference {
	kind: "footnote" | "endnote";
	id: string;
}

interface DocxBody extends XmlHandler {
	/** In the order in which the text refers to them; `[1]` in the text is the first. */
	notes: NoteReference[];
	/** The first paragraph that is styled as the title. */
	title: Block | undefined;
}

export function docxBody(writer: BlockWriter, styles: DocxStyles): DocxBody {
	let style: ParagraphStyle = {};
	const text = (text: string) => writer.text(text);
	const body: DocxBody = { notes: [], title: undefined, ...visibleText({ open, property, close, text }) };
	return body;

	function open(name: string, attribute: (name: string) => string | undefined): void {
		if (name === "w:p") style = {};
		else if (name === "w:tbl") writer.openTable();
		else if (name === "w:tr") writer.openRow();
		else if (name === "w:tc") writer.openCell();
		else if (name === "w:txbxContent") endParagraph();
		else if (name === "w:footnoteReference") refer("footnote", attribute("id"));
		else if (name === "w:endnoteReference") refer("endnote", attribute("id"));
	}

	function property(name: string, value: string): void {
		if (name === "w:pStyle") style = styles.styleOf(value);
		else if (name === "w:outlineLvl") style = { ...style, level: levelOf(value) };
		else if (name === "w:numId") style = { ...style, isList: value !== "0" };
	}

	function close(name: string): void {
		if (name === "w:p") endParagraph();
		else if (name === "w:tbl") writer.closeTable();
	}

	function endParagraph(): void {
		if (style.level !== undefined) writer.endBlock("heading", style.level);
		else writer.endBlock(style.isList ? "list_item" : "paragraph");
		if (style.isTitle) body.title ??= writer.blocks.at(-1);
	}

	function refer(kind: NoteReference["kind"], id = ""): void {
		body.notes.push({ kind, id });
		writer.text(`[${body.notes.length}]`);
	}
}
