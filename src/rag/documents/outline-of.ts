/** The headings of a document as its table of contents. */
import type { Block, OutlineEntry } from "./parsed-document.ts";

const maxTitle = 200;
/** A longer one is no help to anybody. */
const maxEntries = 5_000;

export function outlineOf(text: string, blocks: Block[]): OutlineEntry[] {
	const headings = blocks.filter(({ type }) => type === "heading").slice(0, maxEntries);
	return headings.map((heading) => ({
		title: headingTitle(text, heading),
		level: heading.level ?? 1,
		start: heading.start,
	}));
}

function headingTitle(text: string, { title, start, end }: Block): string {
	return (title || text.slice(start, end)).replaceAll(/\s+/g, " ").slice(0, maxTitle).trim();
}
