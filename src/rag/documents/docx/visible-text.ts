/** What a reader sees of a part of a Word document, after tracked changes; body and notes are read alike. */
import type { XmlHandler } from "./read-xml.ts";

/** Deleted text, what stands for readers that know less, old properties, and the small script over Japanese words. */
const skipped = new Set(["w:del", "w:moveFrom", "mc:Fallback", "w:rt", "w:instrText", "w:delText"]);
/** Elements that are characters. */
const characters = new Map([
	["w:tab", "\t"],
	["w:ptab", "\t"],
	["w:br", "\n"],
	["w:cr", "\n"],
	["w:noBreakHyphen", "\u2011"],
]);

interface VisibleHandler extends XmlHandler {
	/** An element inside the properties of a paragraph or the like. */
	property?(name: string, value: string): void;
}

export function visibleText(handler: VisibleHandler): XmlHandler {
	let skippedDepth = 0;
	/** Inside the properties of a paragraph, a tab is a stop of the ruler. */
	let properties = 0;
	let isText = false;
	let isHidden = false;
	return { open, close, text };

	function open(name: string, attribute: (name: string) => string | undefined): void {
		if (skippedDepth > 0 || isSkipped(name)) skippedDepth++;
		else if (properties > 0 || name.endsWith("Pr")) openProperty(name, attribute("val") ?? "");
		else if (name === "w:r" || name === "m:r") isHidden = false;
		else if (name === "w:t" || name === "m:t") isText = true;
		else if (characters.has(name)) tell(characters.get(name)!);
		else handler.open(name, attribute);
	}

	function close(name: string): void {
		if (skippedDepth > 0) skippedDepth--;
		else if (properties > 0) properties--;
		else if (name === "w:t" || name === "m:t") isText = false;
		else handler.close(name);
	}

	function text(text: string): void {
		if (isText && skippedDepth === 0) tell(text);
	}

	function tell(text: string): void {
		if (!isHidden) handler.text(text);
	}

	function openProperty(name: string, value: string): void {
		properties++;
		if (name === "w:vanish") isHidden = !["0", "false", "off"].includes(value);
		else handler.property?.(name, value);
	}
}

function isSkipped(name: string): boolean {
	return skipped.has(name) || name.endsWith("Change");
}
