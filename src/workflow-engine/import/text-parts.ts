/** A text of an export, taken apart into what stands and what is filled in, and written as a template of ours. */
import type { Json } from "./loose-json.ts";
import { celOf, jsonataOf, type Reference } from "./reference.ts";

/** `unknown` is the source of an expression that is not translated. */
export type Part = { text: string } | { reference: Reference } | { literal: Json } | { unknown: string };

const maxShown = 300;

/** A text that is nothing but a reference or a literal takes its value with its type. */
export function templateOf(parts: readonly Part[], note: (detail: string) => void): Json {
	const [only] = parts;
	if (parts.length === 1 && only && "literal" in only) return escapedIn(only.literal);
	return textTemplateOf(parts, note);
}

export function textTemplateOf(parts: readonly Part[], note: (detail: string) => void): string {
	let template = "";
	let text = "";
	for (const part of parts) {
		if ("reference" in part) {
			template += `${escaped(text, true)}{{ ${celOf(part.reference)} }}`;
			text = "";
		} else if ("unknown" in part) {
			note(`An expression is not translated: ${shown(part.unknown)}`);
			text += `[not translated: ${shown(part.unknown)}]`;
		} else text += "text" in part ? part.text : asText(part.literal);
	}
	return template + escaped(text);
}

/** JSONata for the same value; undefined where it cannot be said. */
export function jsonataTemplateOf(parts: readonly Part[]): string | undefined {
	const terms = parts.map((part) => {
		if ("text" in part) return JSON.stringify(part.text);
		if ("literal" in part) return JSON.stringify(part.literal);
		return "reference" in part ? jsonataOf(part.reference) : undefined;
	});
	if (terms.some((term) => term === undefined)) return undefined;
	return terms.length === 0 ? '""' : terms.join(" & ");
}

export function isLiteral(parts: readonly Part[]): boolean {
	return parts.every((part) => "text" in part || "literal" in part);
}

/** So that it stands for itself in a template; a last brace as well, where a reference follows. */
export function escaped(text: string, isFollowed = false): string {
	return text.replace(isFollowed ? /\{{2,}|\{$/g : /\{{2,}/g, (braces) => `{{ "${braces}" }}`);
}

function escapedIn(value: Json): Json {
	if (typeof value === "string") return escaped(value);
	if (Array.isArray(value)) return value.map(escapedIn);
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, escapedIn(child)]));
}

function asText(value: Json): string {
	return typeof value === "string" ? value : JSON.stringify(value);
}

function shown(source: string): string {
	const one = source.trim().replace(/\s+/g, " ");
	return one.length > maxShown ? `${one.slice(0, maxShown)} …` : one;
}
