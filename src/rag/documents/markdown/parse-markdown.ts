/** Markdown (CommonMark with GitHub's tables): the text is the source itself, the blocks are where its parts stand. */
import createMarkdown, { type MarkdownIt, type Token } from "markdown-it";
import { paragraphsIn, trimmed } from "#rag/documents/parse-text";
import type { Block, BlockType, Span } from "#rag/documents/parsed-document";
import { checkBlocks } from "#rag/documents/text-builder";
import { markdownSlices } from "./markdown-slices.ts";

const whole: Record<string, BlockType> = {
	fence: "code",
	code_block: "code",
	table_open: "table",
	html_block: "paragraph",
};
/** Longer ones are no headings, and emphasis in them could take the square of their length. */
const maxTitle = 500;

export function parseMarkdown(text: string, name: string): { text: string; blocks: Block[]; title?: string } {
	const markdown = createMarkdown({ html: true });
	const blocksOnly = createMarkdown({ html: true });
	blocksOnly.core.ruler.enableOnly(["normalize", "block"]);
	const blocks: Block[] = [];
	const matter = frontMatter(text);
	if (matter) blocks.push({ type: "code", ...matter });
	for (const { start, end } of markdownSlices(text, matter?.end)) {
		const lines = lineStarts(text, start, end);
		const tokens = blocksOnly.parse(text.slice(start, end), {});
		for (const block of blocksOf(tokens, lines, text)) add(block);
		addGap(end);
	}
	return { text, blocks, title: matter && titleIn(text.slice(matter.start, matter.end)) };

	function add(block: Block): void {
		addGap(block.start);
		checkBlocks(blocks.length + 1, name);
		if (block.type === "heading") block.title = titleOf(markdown, text.slice(block.start, block.end));
		blocks.push(block);
	}

	/** What the parser makes no block of, such as rules and the addresses of links, is a paragraph. */
	function addGap(end: number): void {
		for (const block of paragraphsIn(text, blocks.at(-1)?.end ?? 0, end, name)) {
			checkBlocks(blocks.length + 1, name);
			blocks.push(block);
		}
	}
}

function* blocksOf(tokens: Token[], lines: number[], text: string): Generator<Block> {
	let items = 0;
	for (const token of tokens) {
		if (token.type === "list_item_open") items++;
		if (token.type === "list_item_close") items--;
		const type = typeOf(token, items > 0);
		if (!type || !token.map) continue;
		const span = trimmed(text, lines[token.map[0]]!, lines[token.map[1]]!);
		if (span) yield { type, ...span, ...(type === "heading" && { level: Number(token.tag.slice(1)) }) };
	}
}

function typeOf({ type }: Token, isInList: boolean): BlockType | undefined {
	if (type === "heading_open") return "heading";
	if (type === "paragraph_open") return isInList ? "list_item" : "paragraph";
	return whole[type];
}

/** Where each line of the part begins, and where the last one ends. */
function lineStarts(text: string, start: number, end: number): number[] {
	const starts = [start];
	for (let at = text.indexOf("\n", start); at !== -1 && at < end; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
	if (starts.at(-1) !== end) starts.push(end);
	return starts;
}

function titleOf(markdown: MarkdownIt, source: string): string {
	const line = source
		.replace(/^[\s>*+\d.)-]*#{1,6}\s+|\s+#+\s*$/g, "")
		.replace(/\n[=-]+\s*$/, "")
		.slice(0, maxTitle);
	const tokens = markdown.parseInline(line, {})[0]?.children ?? [];
	const parts = tokens.map(({ type, content }) => (type === "html_inline" ? "" : content));
	return parts.join("").replaceAll(/\s+/g, " ").trim();
}

/** Between two lines of `---` at the very beginning; CommonMark itself would read a rule and a heading. */
function frontMatter(text: string): Span | undefined {
	if (!text.startsWith("---\n")) return undefined;
	const end = text.indexOf("\n---\n", 3);
	return end === -1 ? undefined : { start: 0, end: end + 4 };
}

function titleIn(matter: string): string | undefined {
	return /^title:[ \t]*(["']?)(.+)\1[ \t]*$/m.exec(matter)?.[2]?.trim();
}
