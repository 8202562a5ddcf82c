/** Where the `{{ … }}` of a text are: an expression may itself have `}}`, in texts and where maps end. */
import type { AppError } from "#core/errors";
import { maximumLength } from "./parse-expression.ts";
import { invalid } from "./values.ts";

/** Text as it stands, or the source of an expression. */
type TemplatePart = { text: string } | { expression: string };

const opening = "{{";
const closing = "}}";
const quotes = ["'", '"'];
/** A text in its quotes or a comment: no brace in it counts. */
const opaque = /'''(?:\\[^]|[^\\])*?'''|"""(?:\\[^]|[^\\])*?"""|'(?:\\[^]|[^'\\])*'|"(?:\\[^]|[^"\\])*"|\/\/[^\n]*/y;

export function hasExpressions(text: string): boolean {
	return text.includes(opening);
}

/** Throws `invalid_input` for a `{{` that is not closed. */
export function templateParts(text: string): TemplatePart[] {
	const parts: TemplatePart[] = [];
	let position = 0;
	while (position < text.length) {
		const start = text.indexOf(opening, position);
		if (start !== position) parts.push({ text: text.slice(position, start < 0 ? undefined : start) });
		if (start < 0) break;
		const reach = text.slice(start + opening.length, start + opening.length + maximumLength + closing.length);
		const length = lengthOfExpression(reach);
		if (length === undefined) throw unclosed(start);
		parts.push({ expression: reach.slice(0, length).trim() });
		position = start + opening.length + length + closing.length;
	}
	return parts;
}

/** Up to its `}}`; undefined where there is none. */
function lengthOfExpression(text: string): number | undefined {
	let depth = 0;
	let position = 0;
	while (position < text.length) {
		if (depth === 0 && text.startsWith(closing, position)) return position;
		const character = text.charAt(position);
		if (character === "{") depth += 1;
		if (character === "}" && depth > 0) depth -= 1;
		const isQuote = quotes.includes(character);
		const length = isQuote || character === "/" ? lengthOfOpaque(text, position) : 0;
		// Nothing could be read beyond it, and looking on from every quote would take too long.
		if (isQuote && length === 0) return undefined;
		position += length || 1;
	}
	return undefined;
}

function lengthOfOpaque(text: string, position: number): number {
	opaque.lastIndex = position;
	return opaque.exec(text)?.[0].length ?? 0;
}

function unclosed(start: number): AppError {
	const most = maximumLength.toLocaleString("en-US");
	return invalid(
		`The {{ at character ${start + 1} has no }} within ${most} characters; {{ "{{" }} stands for the characters themselves.`,
	);
}
