/** Takes words that are not to be seen out of what is shown: each in the spellings that servers and libraries use. */

/** What may stand in a text, and what is shown in its place. */
export interface Spelling {
	text: string;
	shown: string;
}

/** Whatever follows a quote fits, to the end of the text where no other does: nothing is read twice. */
const jsonStrings = /"[^"\\]*(?:\\[^][^"\\]*)*(?:"|\\?$)/g;

export class SecretMask {
	/** The longest first: one may be the beginning of another. */
	readonly #spellings: Spelling[];

	constructor(spellings: Spelling[]) {
		this.#spellings = spellings.toSorted((one, other) => other.text.length - one.text.length);
	}

	text(text: string): string {
		return masked(text.includes("\\") ? this.#inJson(text) : text, this.#spellings);
	}

	/** A value of JSON: its strings and its keys, however deep. */
	value(value: unknown): unknown {
		const json = JSON.stringify(value);
		const present = this.#spellings.filter(({ text }) => json.includes(jsonText(text)));
		return present.length === 0 ? value : maskedValue(value, present);
	}

	/** JSON has several ways to write one character: `/` is `\/` as well, and `&` is `\u0026`. */
	#inJson(text: string): string {
		return text.replaceAll(jsonStrings, (literal) => {
			const plain = literal.includes("\\") ? parsedText(literal) : undefined;
			if (plain === undefined) return literal;
			const shown = this.text(plain);
			return shown === plain ? literal : JSON.stringify(shown);
		});
	}
}

/** As URLs, forms, JSON, base64 and the names of headers have it. */
export function spellingsOf(value: string, shown: string): Spelling[] {
	const encoded = encodeURIComponent(value);
	const lowerCase = encoded.replaceAll(/%../g, (byte) => byte.toLowerCase());
	const bytes = new TextEncoder().encode(value);
	const base64 = [bytes.toBase64(), bytes.toBase64({ alphabet: "base64url" })];
	const texts = new Set([
		...[value, value.toLowerCase(), jsonText(value), encoded, lowerCase, encoded.replaceAll("%20", "+")],
		...[new URLSearchParams([["", value]]).toString().slice(1), ...base64],
		...base64.map((text) => text.replace(/=+$/, "")),
	]);
	return [...texts].map((text) => ({ text, shown }));
}

export function jsonText(value: string): string {
	return JSON.stringify(value).slice(1, -1);
}

function masked(text: string, spellings: Spelling[]): string {
	return spellings.reduce((rest, spelling) => rest.replaceAll(spelling.text, () => spelling.shown), text);
}

function maskedValue(value: unknown, spellings: Spelling[]): unknown {
	if (typeof value === "string") return masked(value, spellings);
	if (Array.isArray(value)) return value.map((item) => maskedValue(item, spellings));
	if (typeof value !== "object" || value === null) return value;
	const entries = Object.entries(value).map(([key, item]) => [masked(key, spellings), maskedValue(item, spellings)]);
	return Object.fromEntries(entries);
}

/** Undefined for what only looks like a string of JSON. */
function parsedText(literal: string): string | undefined {
	try {
		return JSON.parse(literal) as string;
	} catch {
		return undefined;
	}
}
