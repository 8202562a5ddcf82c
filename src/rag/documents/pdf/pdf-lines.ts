/** The lines of a page, from the pieces of text in the order in which the page draws them. */

/** As PDF.js tells it. */
export interface TextItem {
	str: string;
	dir: string;
	/** Six numbers (ISO 32000-2 §8.3.3). */
	transform: number[];
	width: number;
	hasEOL: boolean;
}

export interface PdfLine {
	/** Parts that are far apart, as the columns of a table, have a tab between them. */
	text: string;
	/** Where it begins, along its own direction, and how high it stands: a page may be written from below to above. */
	x: number;
	y: number;
	/** Of its largest letters, roughly. */
	size: number;
	parts: number;
}

export interface LineReader {
	take(item: TextItem): void;
	/** The lines so far, the last one complete. */
	finish(): PdfLine[];
}

interface Part {
	text: string;
	x: number;
	right: number;
}

/** In sizes of a letter. */
const wideGap = 1.5;

export function lineReader(): LineReader {
	const lines: PdfLine[] = [];
	let parts: Part[] = [];
	let [y, size] = [0, 0];
	return {
		take(item) {
			if (item.str.trim() !== "") place(item);
			else if (item.str !== "" && parts.length > 0) parts.at(-1)!.text += " ";
			if (item.hasEOL) endLine();
		},
		finish() {
			endLine();
			return lines;
		},
	};

	function place({ str, dir, transform, width }: TextItem): void {
		const { x, baseLine, letter } = placeOf(transform);
		if (parts.length === 0) [y, size] = [baseLine, 0];
		size = Math.max(size, letter);
		const last = parts.at(-1);
		const isBack = last !== undefined && dir !== "rtl" && x < last.x - letter / 2;
		if (!last || isBack || x - last.right > wideGap * letter) {
			parts.push({ text: str, x, right: x + width });
			return;
		}
		last.text += str;
		last.right = Math.max(last.right, x + width);
	}

	/** Some programs draw the columns of a table from right to left. */
	function endLine(): void {
		const isDisordered = parts.some(({ x }, index) => index > 0 && x < parts[index - 1]!.x);
		if (isDisordered) parts.sort((one, other) => one.x - other.x);
		const text = parts.map((part) => part.text.trim()).join("\t");
		if (text.trim() !== "") lines.push({ text, x: parts[0]!.x, y, size, parts: parts.length });
		parts = [];
	}
}

/** Turned so that the text runs from left to right. */
function placeOf([a = 0, b = 0, c = 0, d = 0, x = 0, y = 0]: number[]): {
	x: number;
	baseLine: number;
	letter: number;
} {
	const length = Math.hypot(a, b) || 1;
	const [right, up] = [a / length, b / length];
	return { x: right * x + up * y, baseLine: right * y - up * x, letter: Math.hypot(c, d) };
}
