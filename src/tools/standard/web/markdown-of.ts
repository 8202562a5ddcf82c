/** A cleaned part of a document as Markdown in which nothing of the page's text acts as HTML. */
import TurndownService from "turndown";
import type { DomElement } from "./dom.ts";
import { tableRules } from "./markdown-table.ts";

/** Made once an isolate: it keeps nothing of what it converts. */
let service: TurndownService | undefined;

export function markdownOf(root: DomElement): string {
	service ??= newService();
	// linkedom ends a text at every entity, but what to escape at the start of a line is seen in whole texts only.
	root.normalize();
	return service.turndown(root).trim();
}

function newService(): TurndownService {
	const service = new TurndownService({
		headingStyle: "atx",
		hr: "---",
		bulletListMarker: "-",
		codeBlockStyle: "fenced",
		emDelimiter: "*",
	});
	const escape = service.escape.bind(service);
	// A `<` at the end escapes too: the name of the tag may come from the next element.
	service.escape = (text) => escape(text).replaceAll(/<(?![\s\d=])|&(?=#?\w+;)/g, String.raw`\$&`);
	service.remove(["script", "style", "noscript", "iframe", "object", "embed", "template", "title"] as never);
	service.addRule("link", { filter: "a" as never, replacement: (content, node) => linkOf(content, node as never) });
	service.addRule("image", { filter: "img" as never, replacement: (_, node) => imageOf(service, node as never) });
	service.use(tableRules);
	return service;
}

/** Cards link whole blocks, but a link of Markdown is one line. */
function linkOf(content: string, link: DomElement): string {
	const href = link.getAttribute("href");
	if (!href) return content;
	const text = content
		.replaceAll(/^[^\S\n]*(?:#{1,6}|[->]|\d+\.) +/gm, "")
		.replaceAll(/\s+/g, " ")
		.trim();
	return text === "" ? "" : `[${text}](${href})`;
}

function imageOf(service: TurndownService, image: DomElement): string {
	const src = image.getAttribute("src");
	return src ? `![${service.escape(image.getAttribute("alt") ?? "")}](${src})` : "";
}
