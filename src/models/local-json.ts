/** JSON that stands in the middle of a text, as retrieved passages and literal arguments do. */

import type { JSONValue } from "@ai-sdk/provider";

const maxText = 200_000;
const maxAttempts = 100;
const brackets = /[[\]{}]|"(?:[^"\\]|\\.)*"/g;

/** The objects and arrays in the text, outermost only, in order. Looks at no more than the first 200,000 characters. */
export function jsonIn(text: string): JSONValue[] {
	const found: JSONValue[] = [];
	const searched = text.slice(0, maxText);
	let from = 0;
	for (let attempt = 0; attempt < maxAttempts; attempt++) {
		const start = searched.slice(from).search(/[[{]/);
		if (start < 0) break;
		const begin = from + start;
		const end = endOf(searched, begin);
		const value = end === undefined ? undefined : parse(searched.slice(begin, end));
		if (value !== undefined) found.push(value);
		from = value === undefined ? begin + 1 : end!;
	}
	return found;
}

/** Where the bracket that opens at `begin` is closed. */
function endOf(text: string, begin: number): number | undefined {
	let depth = 0;
	brackets.lastIndex = begin;
	for (let match = brackets.exec(text); match; match = brackets.exec(text)) {
		if (match[0] === "[" || match[0] === "{") depth++;
		else if (match[0].length === 1) depth--;
		if (depth === 0) return brackets.lastIndex;
	}
	return undefined;
}

function parse(text: string): JSONValue | undefined {
	try {
		return JSON.parse(text) as JSONValue;
	} catch {
		return undefined;
	}
}
