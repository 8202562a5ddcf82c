/**
 * Reads JSON (RFC 8259) token by token, without recursion and without building its values: a file of eight million
 * brackets is a valid document, and as a tree it would not fit.
 */

interface JsonFault {
	/** Where it is, in UTF-16 code units. */
	at: number;
	reason: string;
}

export interface JsonHandler {
	/** `key` as it stands, in quotes; undefined in a list and at the top. */
	open(bracket: "{" | "[", key: string | undefined): void;
	close(bracket: "}" | "]"): void;
	/** A string (in quotes), a number, `true`, `false` or `null`, as it stands. */
	scalar(token: string, key: string | undefined): void;
}

type Expected = "value" | "value or end" | "key" | "key or end" | "colon" | "comma or end" | "nothing";

const token = /[ \t\n\r]*(?:([{}[\],:])|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])|")/y;
const end = /[ \t\n\r]*$/y;

/** Undefined for valid JSON. */
export function scanJson(text: string, maxDepth: number, handler?: JsonHandler): JsonFault | undefined {
	/** The closing brackets that are due, innermost last. */
	const open: ("}" | "]")[] = [];
	let expected = "value" as Expected;
	let key: string | undefined;
	let at = 0;

	while (expected !== "nothing") {
		token.lastIndex = at;
		const match = token.exec(text);
		if (!match) return faultAt(text, at);
		const start = token.lastIndex - (match[1] ?? match[2] ?? '"').length;
		at = token.lastIndex;
		const quoted = match[1] === undefined && match[2] === undefined ? stringAt(text, start) : undefined;
		if (quoted === "") return { at: start, reason: "a string is not closed or has a wrong escape" };
		if (quoted !== undefined) at = start + quoted.length;
		const wrong = take(match[1] ?? "", match[2] ?? quoted ?? "", quoted !== undefined);
		if (wrong !== undefined) return { at: start, reason: wrong };
	}
	end.lastIndex = at;
	return end.test(text) ? undefined : { at, reason: "there is more after the end" };

	function take(mark: string, scalar: string, isString: boolean): string | undefined {
		if (expected === "colon") {
			expected = "value";
			return mark === ":" ? undefined : "a colon is missing";
		}
		if (mark === "}" || mark === "]") return close(mark);
		if (expected === "comma or end") {
			expected = open.at(-1) === "}" ? "key" : "value";
			return mark === "," ? undefined : "a comma is missing";
		}
		if (expected === "key" || expected === "key or end") {
			key = scalar;
			expected = "colon";
			return isString ? undefined : "a key is missing";
		}
		if (mark === "{" || mark === "[") return enter(mark);
		if (mark !== "") return "a value is missing";
		handler?.scalar(scalar, key);
		return valueDone();
	}

	function enter(bracket: "{" | "["): string | undefined {
		if (open.length === maxDepth) return `it is nested more than ${maxDepth} deep`;
		handler?.open(bracket, key);
		key = undefined;
		open.push(bracket === "{" ? "}" : "]");
		expected = bracket === "{" ? "key or end" : "value or end";
		return undefined;
	}

	function close(bracket: "}" | "]"): string | undefined {
		const isDue = expected === "comma or end" || expected.endsWith("or end");
		if (!isDue || open.pop() !== bracket) return `a "${bracket}" is too many`;
		handler?.close(bracket);
		return valueDone();
	}

	function valueDone(): undefined {
		key = undefined;
		expected = open.length === 0 ? "nothing" : "comma or end";
	}
}

/** With its quotes; empty where it is none. A loop, since an expression keeps a place to go back to for every escape. */
function stringAt(text: string, start: number): string {
	for (let i = start + 1; i < text.length; i++) {
		const code = text.charCodeAt(i);
		if (code === 0x22) return text.slice(start, i + 1);
		if (code < 0x20) return "";
		if (code !== 0x5c) continue;
		i++;
		const escape = text[i] ?? "";
		if (escape === "u" && /^[\da-f]{4}$/i.test(text.slice(i + 1, i + 5))) i += 4;
		else if (!`"\\/bfnrt`.includes(escape) || escape === "") return "";
	}
	return "";
}

function faultAt(text: string, at: number): JsonFault {
	end.lastIndex = at;
	return { at, reason: end.test(text) ? "it ends too early" : "there is something that is no JSON" };
}
