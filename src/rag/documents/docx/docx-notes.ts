/** The texts of footnotes or endnotes by their ids. */
import type { XmlHandler } from "./read-xml.ts";

export function docxNotes(): XmlHandler & { notes: Map<string, string> } {
	const notes = new Map<string, string>();
	let id: string | undefined;
	let parts: string[] = [];
	let isText = false;
	return {
		notes,
		open(name, attribute) {
			if (name === "w:footnote" || name === "w:endnote") [id, parts] = [attribute("id"), []];
			else if (name === "w:t") isText = true;
			else if (name === "w:tab" || name === "w:br") parts.push(" ");
		},
		close(name) {
			if (name === "w:t") isText = false;
			else if (name === "w:p") parts.push(" ");
			else if ((name === "w:footnote" || name === "w:endnote") && id !== undefined)
				notes.set(id, parts.join("").trim());
		},
		text(text) {
			if (isText) parts.push(text);
		},
	};
}
