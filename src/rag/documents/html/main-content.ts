/** The article of a page, as Firefox's reader view finds it. */
import { Readability } from "@mozilla/readability";
import { DOMParser } from "linkedom/worker";

interface Article {
	title: string | undefined;
	html: string;
}

/** Undefined where the page has no article. The HTML must be of a bearable size: a tree is made of it. */
export function mainContent(html: string): Article | undefined {
	const document = new DOMParser().parseFromString(html, "text/html");
	if (document.documentElement?.localName !== "html" || !document.querySelector("body")) return undefined;
	const article = new Readability(document).parse();
	return article?.content ? { title: article.title?.trim() || undefined, html: article.content } : undefined;
}
