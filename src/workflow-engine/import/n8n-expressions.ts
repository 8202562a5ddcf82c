/**
 * The expressions of n8n, of which only references are translated: `$json.a`, `$('Node').item.json.a`,
 * `$node["Node"].json.a`. All else is JavaScript.
 */
import { type Json, parsedJson } from "./loose-json.ts";
import type { Place, Reference, Segment } from "./reference.ts";
import type { Part } from "./text-parts.ts";
import { partsBetween, readPath } from "./text-scan.ts";

export interface ExpressionContext {
	/** What `$json` is; undefined where that cannot be told. */
	current(path: readonly Segment[]): Reference | undefined;
	/** What a node gave; undefined for one that cannot be seen from here. */
	named(name: string, path: readonly Segment[]): Place | undefined;
}

const item = String.raw`(?:item|first\(\)|last\(\))\s*\.\s*json`;
const current = new RegExp(String.raw`^\s*(?:\$json\b|\$input\s*\.\s*${item}\b)`);
const called = new RegExp(String.raw`^\s*\$\(\s*(?:'([^'\\]*)'|"([^"\\]*)")\s*\)\s*\.\s*${item}\b`);
const indexed = /^\s*\$node\s*(?:\[\s*(?:'([^'\\]*)'|"([^"\\]*)")\s*\]|\.\s*([A-Za-z_]\w*))\s*\.\s*json\b/;
const methods = { "trim()": "trim", "toLowerCase()": "lowerAscii", "toUpperCase()": "upperAscii" } as const;

/** A text is an expression where it begins with `=`, and stands for itself otherwise. */
export function n8nParts(text: string, context: ExpressionContext): Part[] {
	if (!text.startsWith("=")) return [{ text }];
	return partsBetween(text.slice(1), (expression) => translate(expression, context));
}

function translate(expression: string, context: ExpressionContext): Part {
	const reference = referenceIn(expression, context);
	if (reference) return { reference };
	const literal = parsedJson(expression) ?? /^\s*'([^'\\]*)'\s*$/.exec(expression)?.[1];
	return literal === undefined ? { unknown: expression } : { literal: literal as Json };
}

function referenceIn(expression: string, context: ExpressionContext): Reference | undefined {
	const found = current.exec(expression) ?? called.exec(expression) ?? indexed.exec(expression);
	if (!found) return undefined;
	const [whole, ...names] = found;
	const name = names.find((one) => one !== undefined);
	const { path, end } = readPath(expression, whole.length);
	let rest = expression.slice(end).trim();
	let method: Reference["method"];
	// `.trim` was read as a step of the path.
	const last = path.at(-1);
	if (rest === "()" && typeof last === "string" && Object.hasOwn(methods, `${last}()`)) {
		method = methods[`${last}()` as keyof typeof methods];
		path.pop();
		rest = "";
	}
	if (rest !== "") return undefined;
	if (name === undefined) {
		const reference = context.current(path);
		return reference && { ...reference, method };
	}
	const place = context.named(name, path);
	return place && { places: [place], method };
}
