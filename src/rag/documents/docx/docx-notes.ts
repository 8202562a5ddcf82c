/** The texts of footnotes or endnotes by their ids: what a reader sees, in one line each. */
import type { XmlHandler } from "./read-xml.ts";
import { visibleText } from "./visible-text.ts";

export function docxNotes(): XmlHandler & { notes: Map<string, string> } {
	const notes = new Map<string, string>();
	let id: string | undefined;
	let parts: string[] = [];
	return { notes, ...visibleText({ open, close, text: (text) => void parts.push(text) }) };

	function open(name: string, attribute: (name: string) => string | undefined): void {
		if (isNote(name)) [id, parts] = [attribute("id"), []];
	}

	function close(name: string): void {
		if (name === "w:p") parts.push(" ");
		else if (isNote(name) && id !== undefined) notes.set(id, parts.join("").replaceAll(/\s+/g, " ").trim());
	}
}

function isNote(name: string): boolean {
	return name === "w:footnote" || name === "w:endnote";
}
