/** Takes out of a document what a reader neither sees nor wants: scripts, styles, hidden parts, forms, empty boxes. */
import { type DomDocument, type DomElement, isElement, isText } from "./dom.ts";

export interface CleanOptions {
	/** Of the page; without it relative links stay relative. */
	baseUrl?: string;
	images: "alt" | "link";
}

/** Readability reads the JSON-LD among the scripts; turndown is told to leave all scripts out. */
const dropped =
	"script:not([type='application/ld+json']), style, noscript, template, iframe, frame, object, embed, applet, svg, math, canvas, audio, video, button, input, select, textarea, dialog";
const meaningfulWhenEmpty = new Set(
	"area base br col hr html head body img link meta script td th title wbr".split(" "),
);

export function cleanDocument(document: DomDocument, { baseUrl, images }: CleanOptions): void {
	const base = baseOf(document, baseUrl);
	for (const element of [...document.body.querySelectorAll(dropped)]) element.remove();
	for (const element of [...document.querySelectorAll("[hidden], [style]")]) if (isHidden(element)) element.remove();
	for (const link of [...document.body.querySelectorAll("a[href]")]) cleanLink(link, base);
	for (const image of [...document.body.querySelectorAll("img")]) cleanImage(image, base, images);
	for (const block of [...document.body.querySelectorAll("pre")]) makeCode(document, block);
	removeEmpty(document);
}

function baseOf(document: DomDocument, baseUrl: string | undefined): string | undefined {
	const [base] = document.querySelectorAll("base[href]");
	return URL.parse(base?.getAttribute("href") ?? "", baseUrl)?.href ?? baseUrl;
}

function isHidden(element: DomElement): boolean {
	const style = element.getAttribute("style") ?? "";
	return element.hasAttribute("hidden") || /(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*hidden)/i.test(style);
}

function cleanLink(link: DomElement, base: string | undefined): void {
	const href = addressOf(link.getAttribute("href") ?? "", base, /^(?:https?|mailto):$/);
	if (href === undefined) link.removeAttribute("href");
	else link.setAttribute("href", href);
	link.removeAttribute("title");
}

function cleanImage(image: DomElement, base: string | undefined, images: "alt" | "link"): void {
	const alt = (image.getAttribute("alt") ?? "").replaceAll(/\s+/g, " ").trim();
	const src = images === "link" ? addressOf(image.getAttribute("src") ?? "", base, /^https?:$/) : undefined;
	if (src === undefined) return image.replaceWith(alt);
	image.setAttribute("src", src);
	image.setAttribute("alt", alt);
	image.removeAttribute("title");
}

/** Undefined for schemes that a Markdown viewer should not follow. A relative address without a base stays as it is. */
function addressOf(given: string, base: string | undefined, schemes: RegExp): string | undefined {
	const url = URL.parse(given, base ?? "https://relative.invalid/");
	if (!url || !schemes.test(url.protocol)) return undefined;
	const address = base === undefined && !URL.canParse(given) ? given.trim() : url.href;
	return address.replaceAll(/[\s<>()\\]/g, (character) => `%${character.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

/** Only `<pre><code>` becomes a block of code; what highlights its words is of no use there. */
function makeCode(document: DomDocument, block: DomElement): void {
	if (block.firstElementChild?.localName === "code" && block.firstChild === block.firstElementChild) return;
	const code = document.createElement("code");
	code.textContent = block.textContent;
	block.textContent = "";
	block.append(code);
}

/** From the leaves up. Readers of the tree look into an empty element again at every level above it. */
function removeEmpty(document: DomDocument): void {
	for (const element of [...document.body.querySelectorAll("*")].toReversed()) {
		if (meaningfulWhenEmpty.has(element.localName) || !isBlank(element)) continue;
		if (element.firstChild) element.replaceWith(" ");
		else element.remove();
	}
}

function isBlank(element: DomElement): boolean {
	for (let child = element.firstChild; child; child = child.nextSibling) {
		if (isElement(child) || (isText(child) && child.textContent?.trim())) return false;
	}
	return true;
}
