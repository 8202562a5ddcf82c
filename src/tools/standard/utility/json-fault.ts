/** Where a text stops being JSON. V8 tells the position for some faults only. */

const token =
	/[ \t\n\r]*(?:([{}[\]:,])|("(?:[^"\\\n\r\t]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-]))/y;

type Expected = "value" | "value or ]" | "name or }" | "name" | ":" | ", or ]" | ", or }" | "the end";

export interface JsonFault {
	line: number;
	column: number;
	expected: Expected;
}

export function jsonFault(text: string): JsonFault | undefined {
	const open: ("{" | "[")[] = [];
	let expected: Expected = "value";
	let position = 0;
	while (position < text.length) {
		token.lastIndex = position;
		const match = token.exec(text);
		const next: Expected | undefined = match ? after(expected, kindOf(match), open) : undefined;
		if (!next) break;
		expected = next;
		position = token.lastIndex;
	}
	const rest = text.slice(position);
	const faultAt = position + rest.length - rest.trimStart().length;
	return faultAt >= text.length && expected === "the end" ? undefined : { ...placeOf(text, faultAt), expected };
}

function kindOf([, sign, name]: RegExpExecArray): string {
	return sign ?? (name ? "text" : "literal");
}

/** What has to follow, or undefined where this cannot stand here. Keeps `open` up to date. */
function after(expected: Expected, kind: string, open: ("{" | "[")[]): Expected | undefined {
	switch (expected) {
		case "name":
		case "name or }":
			if (kind === "text") return ":";
			return kind === "}" && expected === "name or }" ? close(open) : undefined;
		case ":":
			return kind === ":" ? "value" : undefined;
		case ", or ]":
			return kind === "," ? "value" : kind === "]" ? close(open) : undefined;
		case ", or }":
			return kind === "," ? "name" : kind === "}" ? close(open) : undefined;
		case "the end":
			return undefined;
		default:
			return afterValue(expected, kind, open);
	}
}

function afterValue(expected: Expected, kind: string, open: ("{" | "[")[]): Expected | undefined {
	if (kind === "text" || kind === "literal") return inside(open);
	if (kind === "]" && expected === "value or ]") return close(open);
	if (kind !== "{" && kind !== "[") return undefined;
	open.push(kind);
	return kind === "{" ? "name or }" : "value or ]";
}

function close(open: ("{" | "[")[]): Expected {
	open.pop();
	return inside(open);
}

function inside(open: ("{" | "[")[]): Expected {
	const innermost = open.at(-1);
	return innermost === undefined ? "the end" : innermost === "{" ? ", or }" : ", or ]";
}

function placeOf(text: string, position: number): { line: number; column: number } {
	const before = text.slice(0, position);
	const lineStart = before.lastIndexOf("\n") + 1;
	return { line: before.split("\n").length, column: position - lineStart + 1 };
}
