/** What a selector may cost: those that count or compare siblings, or look within, take time by the square. */
import { AppError } from "#core/errors";
import { type DomDocument, type DomElement, isElement } from "./dom.ts";

/** Steps; some ten million take a second. */
const maxCost = 20_000_000;
const costly = /:(?:[\w-]*(?:child|of-type)|has|i?contains)\b|[~+]/gi;

/** @throws {AppError} `invalid_input` */
export function checkSelector(selector: string, document: DomDocument): void {
	// `:n\74h-child` is another spelling of `:nth-child`.
	if (/:[\w-]*\\/.test(selector)) throw refused("must not contain escapes in its pseudo-classes");
	const parts = selector.match(costly)?.map((part) => part.toLowerCase()) ?? [];
	if (parts.length === 0) return;
	const looksWithin = parts.some((part) => part.startsWith(":has"));
	if (looksWithin && parts.length > 1) throw refused("may have :has() once, and then no :nth-child() and the like");
	if (parts.length * siblingPairs(document) > maxCost)
		throw refused("compares siblings, and this page has too many of them");
}

function siblingPairs(document: DomDocument): number {
	let pairs = 0;
	for (const element of document.querySelectorAll("*")) pairs += childrenOf(element) ** 2;
	return pairs;
}

function childrenOf(element: DomElement): number {
	let count = 0;
	for (let child = element.firstChild; child; child = child.nextSibling) if (isElement(child)) count++;
	return count;
}

function refused(rule: string): AppError {
	return new AppError("invalid_input", `The selector ${rule}.`);
}
