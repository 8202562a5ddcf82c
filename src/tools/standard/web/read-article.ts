/** The main content of a page and what the page tells of itself. */
import { Readability } from "@mozilla/readability";
import { type CleanOptions, cleanDocument } from "./clean-document.ts";
import { cutText } from "./cut-text.ts";
import { type DomDocument, type DomElement, textOf } from "./dom.ts";
import { markdownOf } from "./markdown-of.ts";
import { bearablePart, parseHtml } from "./parse-html.ts";

export interface ArticleOptions extends CleanOptions {
	content: "main" | "all";
}

const maxLinks = 100;

interface Article {
	title: string | null;
	author: string | null;
	siteName: string | null;
	publishedAt: string | null;
	language: string | null;
	content: DomElement;
}

export function readArticle(page: string, options: ArticleOptions) {
	const html = bearablePart(page);
	const wanted = options.content === "main" ? mainContentOf(html, options) : undefined;
	const { content, title, author, siteName, publishedAt, language } = wanted ?? wholeOf(html, options);
	const about = { title, author, siteName, publishedAt, language };
	return { ...about, markdown: markdownOf(content), links: linksIn(content), truncated: html.length < page.length };
}

/** Readability takes the document apart while it looks. */
function mainContentOf(html: string, options: CleanOptions): Article | undefined {
	const { title, language, document } = wholeOf(html, options);
	const article = new Readability<DomElement>(document, { serializer: (node) => node as never }).parse();
	if (!article?.content || textOf(article.content) === "") return undefined;
	return {
		title: told(article.title) ?? title,
		author: told(article.byline),
		siteName: told(article.siteName),
		publishedAt: told(article.publishedTime),
		language: told(article.lang) ?? language,
		content: article.content,
	};
}

function wholeOf(html: string, options: CleanOptions): Article & { document: DomDocument } {
	const document = parseHtml(html);
	cleanDocument(document, options);
	const [title] = document.querySelectorAll("title, h1");
	return {
		title: title ? told(textOf(title)) : null,
		...{ author: null, siteName: null, publishedAt: null },
		language: told(document.documentElement.getAttribute("lang")),
		content: document.body,
		document,
	};
}

function told(text: string | null | undefined): string | null {
	return text ? cutText(text.replaceAll(/\s+/g, " ").trim(), 500).text || null : null;
}

function linksIn(content: DomElement): { text: string; url: string }[] {
	const links = new Map<string, string>();
	for (const link of content.querySelectorAll("a[href]")) {
		const url = link.getAttribute("href") ?? "";
		const text = cutText(textOf(link), 200).text;
		if (text !== "" && /^https?:/.test(url) && !links.has(url)) links.set(url, text);
		if (links.size === maxLinks) break;
	}
	return [...links].map(([url, text]) => ({ text, url }));
}
