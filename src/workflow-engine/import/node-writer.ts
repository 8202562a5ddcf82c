/** Writes the settings of a node of an export as templates of ours, and notes what is lost on the way. */
import { type Json, objectOf } from "./loose-json.ts";
import { isSecretName, withoutUrlSecrets } from "./secrets.ts";
import { isLiteral, type Part, templateOf, textTemplateOf } from "./text-parts.ts";

export interface NodeWriter {
	note(detail: string): void;
	parts(value: unknown): Part[];
	/** A template of any JSON; literals of fields that are named as secrets are left out, and noted. */
	value(value: unknown): Json;
	text(value: unknown): string;
	/** Of a text that was taken apart already. */
	template(parts: readonly Part[]): string;
	/** As `value`, field by field; null where it is a secret. */
	values(entries: Iterable<readonly [name: string, value: unknown]>): Record<string, Json>;
	/** Headers: without secrets. */
	texts(entries: Iterable<readonly [name: string, value: unknown]>): Record<string, string>;
	/** An address with its query parameters, without secrets. */
	url(value: unknown, query?: Iterable<readonly [name: string, value: unknown]>): string;
}

/** `parse` takes a text of the export apart. */
export function nodeWriter(parse: (text: string) => Part[], note: (detail: string) => void): NodeWriter {
	return { note, parts, value, text, template, values, texts, url };

	function parts(given: unknown): Part[] {
		if (typeof given === "string") return parse(given);
		if (given === undefined || given === null) return [];
		return [{ literal: given as Json }];
	}

	function value(given: unknown): Json {
		if (typeof given === "string") return templateOf(parse(given), note);
		if (Array.isArray(given)) return given.map(value);
		if (typeof given === "object" && given !== null) return values(Object.entries(given));
		if (typeof given === "boolean" || (typeof given === "number" && Number.isFinite(given))) return given;
		return null;
	}

	function text(given: unknown): string {
		return template(parts(given));
	}

	function template(given: readonly Part[]): string {
		return textTemplateOf(given, note);
	}

	function values(entries: Iterable<readonly [string, unknown]>): Record<string, Json> {
		return objectOf(
			Array.from(entries, ([name, given]) => [name, isSecret(name, given) ? null : value(given)] as const),
		);
	}

	function texts(entries: Iterable<readonly [string, unknown]>): Record<string, string> {
		return objectOf(
			Array.from(entries).flatMap(([name, given]) => (isSecret(name, given) ? [] : [[name, text(given)] as const])),
		);
	}

	function url(given: unknown, query: Iterable<readonly [string, unknown]> = []): string {
		const { url: address, removed } = withoutUrlSecrets(text(given).trim());
		for (const name of removed) note(`The address held a secret (${name}), which is not taken over.`);
		const pairs = Object.entries(texts(query)).map(([name, template]) => {
			if (!template.includes("{{")) return `${encodeURIComponent(name)}=${encodeURIComponent(template.toWellFormed())}`;
			note(`The parameter \`${name}\` of the address is not percent-encoded here.`);
			return `${encodeURIComponent(name)}=${template}`;
		});
		return pairs.length === 0 ? address : `${address}${address.includes("?") ? "&" : "?"}${pairs.join("&")}`;
	}

	/** A reference to where the secret comes from is none. */
	function isSecret(name: string, given: unknown): boolean {
		if (!isSecretName(name) || given === null || given === undefined || given === "") return false;
		const found = parts(given);
		const isReference = !isLiteral(found) && found.every((part) => "reference" in part || isScheme(part));
		if (!isReference) note(`\`${name}\` may hold a secret, so it is not taken over.`);
		return !isReference;
	}
}

function isScheme(part: Part): boolean {
	return "text" in part && /^\s*(?:Bearer|Basic|Token)?\s*$/i.test(part.text);
}
