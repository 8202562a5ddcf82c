/** HTML of strangers as a document: with `html`, `head` and `body` wherever it has them, and of a bearable size. */
import { DOMParser } from "linkedom/worker";
import { AppError } from "#core/errors";
import { type DomDocument, type DomElement, type DomNode, isElement } from "./dom.ts";

/** What walks the tree calls itself at every level. */
const maxDepth = 200;
/** A node takes a kilobyte or two while it is converted, and an isolate has 128 MB for all its requests. */
const maxElements = 15_000;
/** Of the characters without which no element, comment or separate text begins. */
const maxBrackets = 2 * maxElements;
const maxEntities = 100_000;

/** @throws {AppError} `invalid_input` for HTML that would take too much time or memory. */
export function parseHtml(html: string): DomDocument {
	// Counted before parsing, which takes the square of the depth.
	if (bearablePart(html).length < html.length) throw tooComplex();
	const document = new DOMParser().parseFromString(html, "text/html") as unknown as DomDocument;
	checkSize(document);
	arrange(document);
	return document;
}

/** The beginning of a huge page, where half a page is better than none. */
export function bearablePart(html: string): string {
	return html.slice(0, Math.min(positionOf("<", maxBrackets, html), positionOf("&", maxEntities, html)));
}

/** Where the character comes once more than it may. */
function positionOf(character: string, times: number, html: string): number {
	let at = html.indexOf(character);
	for (let count = 0; at !== -1 && count < times; count++) at = html.indexOf(character, at + 1);
	return at === -1 ? html.length : at;
}

/** Not recursive: that is what it guards. */
function checkSize(document: DomDocument): void {
	let elements = 0;
	let depth = 1;
	let node: DomNode | null = document.firstChild;
	while (node) {
		if (isElement(node) && ++elements > maxElements) throw tooComplex();
		if (node.firstChild) {
			if (++depth > maxDepth) throw tooComplex();
			node = node.firstChild;
			continue;
		}
		while (node && !node.nextSibling) {
			node = node.parentNode;
			depth--;
		}
		node = node?.nextSibling ?? null;
	}
}

const doctypeNode = 10;
const headElements = new Set(["base", "link", "meta", "script", "style", "title"]);

/** linkedom leaves tags where they stand; a browser puts them into their places (HTML §13.2.6). */
function arrange(document: DomDocument): void {
	const top = [...document.childNodes].filter((node) => node.nodeType !== doctypeNode);
	const [html, head, body] = ["html", "head", "body"].map((name) => document.createElement(name)) as [
		DomElement,
		DomElement,
		DomElement,
	];
	for (const node of top) node.remove();
	document.appendChild(html);
	html.append(head, body);

	const place = (node: DomNode): void => {
		const name = isElement(node) ? node.localName.toLowerCase() : "";
		if (name === "html" || name === "head" || name === "body") {
			if (name !== "head") copyAttributes(node as DomElement, name === "html" ? html : body);
			for (const child of [...node.childNodes]) place(child);
			return;
		}
		const isForHead = !body.firstChild && (headElements.has(name) || (name === "" && !node.textContent?.trim()));
		(isForHead ? head : body).append(node);
	};
	for (const node of top) place(node);
}

function copyAttributes(from: DomElement, to: DomElement): void {
	for (const { name, value } of from.attributes) to.setAttribute(name, value);
}

function tooComplex(): AppError {
	return new AppError(
		"invalid_input",
		`The HTML has more than ${maxElements} elements, or more than ${maxDepth} within one another.`,
	);
}
