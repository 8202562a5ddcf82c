/** The blocks of a Word document, from its main part and its notes: what a reader sees, after tracked changes. */
import type { BlockWriter } from "#rag/documents/block-writer";
import type { Block } from "#rag/documents/parsed-document";
import { type DocxStyles, levelOf, type ParagraphStyle } from "./docx-styles.ts";
import type { XmlHandler } from "./read-xml.ts";

/** Deleted text, what stands for readers that know less, old properties, and the small script over Japanese words. */
const skipped = new Set(["w:del", "w:moveFrom", "mc:Fallback", "w:rt", "w:instrText", "w:delText"]);

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
	let skippedDepth = 0;
	/** Inside the properties of a paragraph, a tab is a stop of the ruler. */
	let properties = 0;
	let isText = false;
	let isHidden = false;
	let style: ParagraphStyle = {};

	const body: DocxBody = { notes: [], title: undefined, open, close, text };
	return body;

	function open(name: string, attribute: (name: string) => string | undefined): void {
		if (skippedDepth > 0 || isSkipped(name)) skippedDepth++;
		else if (properties > 0 || name.endsWith("Pr")) openProperty(name, attribute);
		else if (name === "w:p") style = {};
		else if (name === "w:r") isHidden = false;
		else if (name === "w:t" || name === "m:t") isText = true;
		else if (name === "w:tab" || name === "w:ptab") writer.text("\t");
		else if (name === "w:br" || name === "w:cr") writer.text("\n");
		else if (name === "w:noBreakHyphen") writer.text("\u2011");
		else if (name === "w:tbl") writer.openTable();
		else if (name === "w:tr") writer.openRow();
		else if (name === "w:tc") writer.openCell();
		else if (name === "w:txbxContent") endParagraph();
		else if (name === "w:footnoteReference") refer("footnote", attribute("id"));
		else if (name === "w:endnoteReference") refer("endnote", attribute("id"));
	}

	function close(name: string): void {
		if (skippedDepth > 0) skippedDepth--;
		else if (properties > 0) properties--;
		else if (name === "w:t" || name === "m:t") isText = false;
		else if (name === "w:p") endParagraph();
		else if (name === "w:tbl") writer.closeTable();
	}

	function text(text: string): void {
		if (isText && !isHidden && skippedDepth === 0) writer.text(text);
	}

	function openProperty(name: string, attribute: (name: string) => string | undefined): void {
		properties++;
		const value = attribute("val") ?? "";
		if (name === "w:pStyle") style = styles.styleOf(value);
		else if (name === "w:outlineLvl") style = { ...style, level: levelOf(value) };
		else if (name === "w:numId") style = { ...style, isList: value !== "0" };
		else if (name === "w:vanish") isHidden = !["0", "false", "off"].includes(value);
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

function isSkipped(name: string): boolean {
	return skipped.has(name) || name.endsWith("Change");
}
