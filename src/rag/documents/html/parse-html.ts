/** HTML as text: the main content where a page has one, without menus, scripts and what is hidden. */
import type { Block } from "#rag/documents/parsed-document";
import { mainContent } from "./main-content.ts";
import { type ReadHtml, readHtml } from "./read-html.ts";

/** A node of the tree takes a kilobyte, and finding the article looks at it many times. */
const maxElements = 15_000;
const maxTexts = 100_000;
const maxDepth = 200;
/** An article that is less than this part of the page's text may be the wrong one; to lose content is worse than a menu. */
const leastShare = 0.3;

export function parseHtml(html: string, name: string): { text: string; blocks: Block[]; title?: string } {
	const page = readHtml(html, name, "content");
	const { text, blocks, title } =
		articleIn(html, page, name) ?? (page.text === "" ? readHtml(html, name, "all") : page);
	return { text, blocks, title: page.title ?? title };
}

function articleIn(html: string, page: ReadHtml, name: string): ReadHtml | undefined {
	if (page.elements > maxElements || page.texts > maxTexts || page.depth > maxDepth) return undefined;
	const article = mainContent(html);
	if (!article) return undefined;
	const read = readHtml(article.html, name, "content");
	if (read.text.length < leastShare * page.text.length) return undefined;
	return { ...read, title: article.title };
}
