/** The part of the DOM that these tools use: TypeScript's own types of it would bring a browser's globals along. */

export interface DomNode {
	nodeType: number;
	parentNode: DomElement | null;
	firstChild: DomNode | null;
	nextSibling: DomNode | null;
	textContent: string | null;
	childNodes: Iterable<DomNode>;
	remove(): void;
}

export interface DomElement extends DomNode {
	localName: string;
	firstElementChild: DomElement | null;
	nextElementSibling: DomElement | null;
	attributes: Iterable<{ name: string; value: string }>;
	getAttribute(name: string): string | null;
	setAttribute(name: string, value: string): void;
	removeAttribute(name: string): void;
	hasAttribute(name: string): boolean;
	querySelectorAll(selector: string): Iterable<DomElement>;
	append(...nodes: (DomNode | string)[]): void;
	/** Texts side by side become one. */
	normalize(): void;
	replaceWith(...nodes: (DomNode | string)[]): void;
}

export interface DomDocument extends DomNode {
	documentElement: DomElement;
	head: DomElement;
	body: DomElement;
	createElement(name: string): DomElement;
	appendChild(node: DomNode): void;
	querySelectorAll(selector: string): Iterable<DomElement>;
}

const elementNode = 1;
const textNode = 3;

export function isElement(node: DomNode): node is DomElement {
	return node.nodeType === elementNode;
}

export function isText(node: DomNode): boolean {
	return node.nodeType === textNode;
}

const inline = new Set(
	"a abbr b bdi bdo cite code del dfn em font i ins kbd mark q s samp small span strong sub sup time tt u var wbr".split(
		" ",
	),
);
const unread = new Set(["script", "style", "noscript", "template"]);

/** The text as a reader sees it: words of different blocks apart, spaces collapsed, no scripts. */
export function textOf(root: DomElement): string {
	const parts: string[] = [];
	const visit = (node: DomNode): void => {
		if (isText(node)) parts.push(node.textContent ?? "");
		if (!isElement(node) || (unread.has(node.localName) && node !== root)) return;
		const gap = inline.has(node.localName) ? "" : " ";
		parts.push(gap);
		for (let child = node.firstChild; child; child = child.nextSibling) visit(child);
		parts.push(gap);
	};
	visit(root);
	return parts.join("").replaceAll(/\s+/g, " ").trim();
}
