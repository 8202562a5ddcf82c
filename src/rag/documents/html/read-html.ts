/** The blocks of HTML, read tag by tag: no tree is built, so a large page costs no more than its text. */
import { Parser } from "htmlparser2";
import { blockWriter } from "#rag/documents/block-writer";
import type { Block, BlockType } from "#rag/documents/parsed-document";
import { refuse } from "#rag/documents/refuse";

export interface ReadHtml {
	title: string | undefined;
	text: string;
	blocks: Block[];
	elements: number;
	/** A text ends at every tag and at every entity. */
	texts: number;
	depth: number;
}

/** The parser looks through the open elements at every tag; browsers stop nesting at 512. */
const maxDepth = 2000;

const unread = new Set(
	"script style noscript template iframe frame object embed applet svg canvas audio video button input select textarea dialog annotation annotation-xml".split(
		" ",
	),
);
/** What is around the content of a page. */
const surroundings = new Set(["nav", "footer", "aside"]);
const surroundingRoles = new Set(["navigation", "banner", "contentinfo", "search", "complementary", "menu"]);
const inline = new Set(
	"a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark meter output progress q rp rt ruby s samp small span strike strong sub sup time tt u var wbr img math mi mn mo mrow mtext ms msub msup msubsup mfrac msqrt mroot mover munder munderover mstyle mspace mpadded semantics mtable mtr mtd".split(
		" ",
	),
);
const hiding = /(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*hidden)/i;

/** `content` leaves out navigation, footers and the like, which a page marks as such. */
export function readHtml(html: string, name: string, part: "content" | "all"): ReadHtml {
	const writer = blockWriter(name);
	let elements = 0;
	let texts = 0;
	let depth = 0;
	let deepest = 0;
	/** At which depth the element began that nobody reads; what is in it is skipped. */
	let skippedAt: number | undefined;
	let title: string | undefined;
	let inTitle = false;
	let preformatted = 0;
	/** Open lists and headings: an item may have several paragraphs. */
	const kinds: { tag: string; type: BlockType; level?: number }[] = [];

	const parser = new Parser({
		onopentag(tag, attributes) {
			elements++;
			deepest = Math.max(deepest, ++depth);
			if (depth > maxDepth) throw refuse(name, `has elements nested more than ${maxDepth} deep.`);
			if (skippedAt !== undefined) return;
			if (tag === "title" && title === undefined) [inTitle, title] = [true, ""];
			else if (isSkipped(tag, attributes)) skippedAt = depth;
			else open(tag, attributes);
		},
		onclosetag(tag) {
			if (skippedAt === undefined && !inTitle) close(tag);
			if (tag === "title") inTitle = false;
			if (skippedAt === depth) skippedAt = undefined;
			depth--;
		},
		ontext(text) {
			texts++;
			if (inTitle) title += text;
			else if (skippedAt === undefined) writer.text(preformatted > 0 ? text : text.replaceAll(/[\s\u00A0]+/g, " "));
		},
	});
	parser.end(html);
	writer.endBlock();
	return {
		title: title?.replaceAll(/\s+/g, " ").trim() || undefined,
		...{ text: writer.build(), blocks: writer.blocks, elements, texts, depth: deepest },
	};

	function isSkipped(tag: string, attributes: Record<string, string>): boolean {
		if (unread.has(tag) || "hidden" in attributes || hiding.test(attributes["style"] ?? "")) return true;
		return part === "content" && (surroundings.has(tag) || surroundingRoles.has(attributes["role"] ?? ""));
	}

	function open(tag: string, attributes: Record<string, string>): void {
		if (tag === "br") return writer.text("\n");
		if (tag === "img") return writer.text(attributes["alt"] ? ` ${attributes["alt"]} ` : "");
		if (inline.has(tag)) return;
		endBlock();
		if (tag === "table") writer.openTable();
		if (tag === "tr") writer.openRow();
		if (tag === "td" || tag === "th") writer.openCell();
		if (tag === "pre") preformatted++;
		const kind = kindOf(tag);
		if (kind) kinds.push({ tag, ...kind });
	}

	function close(tag: string): void {
		if (inline.has(tag) || tag === "br") return;
		if (tag === "pre") preformatted = Math.max(0, preformatted - 1);
		endBlock();
		if (tag === "table") writer.closeTable();
		if (kinds.at(-1)?.tag === tag) kinds.pop();
	}

	function endBlock(): void {
		if (preformatted > 0) return writer.text("\n");
		const kind = kinds.at(-1);
		writer.endBlock(kind?.type, kind?.level);
	}
}

function kindOf(tag: string): { type: BlockType; level?: number } | undefined {
	if (/^h[1-6]$/.test(tag)) return { type: "heading", level: Number(tag[1]) };
	if (tag === "li" || tag === "dd" || tag === "dt") return { type: "list_item" };
	return tag === "pre" ? { type: "code" } : undefined;
}
