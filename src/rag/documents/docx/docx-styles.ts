/** Which paragraph styles make headings and list items, from `styles.xml`. */
import type { XmlHandler } from "./read-xml.ts";

export interface ParagraphStyle {
	/** Of a heading, 1 being the highest. */
	level?: number;
	isTitle?: boolean;
	isList?: boolean;
}

interface Style extends ParagraphStyle {
	basedOn?: string;
}

export interface DocxStyles extends XmlHandler {
	styleOf(id: string): ParagraphStyle;
}

const maxAncestors = 20;

export function docxStyles(): DocxStyles {
	const styles = new Map<string, Style>();
	let style: Style | undefined;
	return {
		open(name, attribute) {
			const value = attribute("val") ?? "";
			if (name === "w:style") {
				style = {};
				styles.set(attribute("styleId") ?? "", style);
			} else if (!style) return;
			else if (name === "w:name") nameStyle(style, value);
			else if (name === "w:basedOn") style.basedOn = value;
			else if (name === "w:outlineLvl") style.level ??= levelOf(value);
			else if (name === "w:numId") style.isList = value !== "0";
		},
		close(name) {
			if (name === "w:style") style = undefined;
		},
		text() {},
		styleOf(id) {
			const found: ParagraphStyle = {};
			let next = styles.get(id);
			for (let count = 0; next && count < maxAncestors; count++) {
				found.level ??= next.level;
				found.isTitle ??= next.isTitle;
				found.isList ??= next.isList;
				next = next.basedOn === undefined ? undefined : styles.get(next.basedOn);
			}
			return found;
		},
	};
}

/** Built-in styles have English names in every language of Word. */
function nameStyle(style: Style, name: string): void {
	const heading = /^heading (\d)$/i.exec(name);
	if (heading) style.level = Number(heading[1]);
	if (/^title$/i.test(name)) Object.assign(style, { isTitle: true, level: 1 });
}

/** Level 9 of the format is body text. */
export function levelOf(outlineLevel: string): number | undefined {
	const level = Number(outlineLevel);
	return Number.isInteger(level) && level >= 0 && level < 9 ? level + 1 : undefined;
}
