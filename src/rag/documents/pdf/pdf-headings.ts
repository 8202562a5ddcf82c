/** Which text of a PDF is a heading: what its outline names or, where it has none, what is larger than the rest. */
import type { LevelOf } from "./pdf-blocks.ts";
import type { PdfLine } from "./pdf-lines.ts";

interface Named {
	title: string;
	level: number;
}

const maxLength = 200;
const maxLevels = 6;
/** A heading's letters are larger than those of most of the text by at least this. */
const larger = 1.15;

export function pdfHeadings(pages: PdfLine[][], outline: Named[]): LevelOf {
	return outline.length > 0 ? byOutline(outline) : bySize(pages);
}

function byOutline(outline: Named[]): LevelOf {
	const levels = new Map(outline.map(({ title, level }) => [comparable(title), level]));
	return (text) => (text.length <= maxLength ? levels.get(comparable(text)) : undefined);
}

/** Without numbers, blanks and marks: outlines write "1 Scope" where the page has "1. Scope". */
function comparable(title: string): string {
	return title
		.normalize("NFKC")
		.toLowerCase()
		.replaceAll(/^[\d.\s]+|[^\p{L}\p{N}]/gu, "");
}

function bySize(pages: PdfLine[][]): LevelOf {
	const letters = new Map<number, number>();
	for (const { size, text } of pages.flat()) {
		letters.set(rounded(size), (letters.get(rounded(size)) ?? 0) + text.length);
	}
	const [body = 0] = [...letters].toSorted(([, one], [, other]) => other - one)[0] ?? [];
	const sizes = [...letters.keys()].filter((size) => size >= larger * body).toSorted((one, other) => other - one);
	return (text, size) => {
		const level = sizes.indexOf(rounded(size)) + 1;
		if (level === 0 || text.length > maxLength || !/\p{L}{2}/u.test(text)) return undefined;
		return Math.min(level, maxLevels);
	};
}

/** To half a point: the same font comes in slightly different sizes. */
function rounded(size: number): number {
	return Math.round(size * 2) / 2;
}
