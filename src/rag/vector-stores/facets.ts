/**
 * What a store keeps of a chunk's metadata: words for what it is equal to, and its numbers and dates. Words are hashes,
 * so that no text of metadata leaves, none is too long or too strange for a store, and none is ever part of a query's
 * syntax. They are no secret: who guesses the value knows its word.
 */
import { createHash } from "node:crypto";
import type { Metadata } from "#rag/vector-index/chunk";
import { instantOf } from "./instant-of.ts";
import { prefixesOf } from "./order-prefixes.ts";

export type Scalar = string | number | boolean | null;
export type Kind = "number" | "date";

export interface Facets {
	words: string[];
	/** The different numbers and the different dates of each field that has any. */
	ordered: { field: string; kind: Kind; values: number[] }[];
}

/** A name that filters can ask for. */
const name = /^[\p{L}\p{N}_-]{1,64}$/u;

export function facetsOf(metadata: Metadata): Facets {
	const facets: Facets = { words: [], ordered: [] };
	collect(metadata, []);
	return { ...facets, words: [...new Set(facets.words)] };

	function collect(object: object, path: string[]): void {
		for (const [key, value] of Object.entries(object) as [string, unknown][]) {
			if (value === undefined || !name.test(key)) continue;
			const field = [...path, key].join(".");
			facets.words.push(existsWord(field));
			if (typeof value === "object" && value !== null && !Array.isArray(value)) collect(value, [...path, key]);
			else addItems(field, (Array.isArray(value) ? value : [value]) as Scalar[]);
		}
	}

	function addItems(field: string, items: Scalar[]): void {
		facets.words.push(...items.map((item) => equalWord(field, item)));
		addOrdered(
			field,
			"number",
			items.filter((item) => typeof item === "number"),
		);
		const texts = items.filter((item) => typeof item === "string");
		addOrdered(
			field,
			"date",
			texts.map(instantOf).filter((instant) => instant !== undefined),
		);
	}

	function addOrdered(field: string, kind: Kind, values: number[]): void {
		if (values.length === 0) return;
		facets.ordered.push({ field, kind, values: [...new Set(values)] });
		facets.words.push(prefixWord(field, kind, ""));
	}
}

/** For many chunks, since those of a document tend to have the same metadata: what is the same is worked out once. */
export function wordsOnce(): (metadata: Metadata) => string[] {
	const known = new Map<string, string[]>();
	return function wordsFor(metadata) {
		const key = JSON.stringify(metadata);
		const words = known.get(key) ?? wordsOf(metadata);
		known.set(key, words);
		return words;
	};
}

/** With those that ranges are asked by. One word is in all of them: not every store lets a list be empty. */
export function wordsOf(metadata: Metadata): string[] {
	const { words, ordered } = facetsOf(metadata);
	const prefixes = ordered.flatMap(({ field, kind, values }) =>
		values.flatMap((value) => prefixesOf(value).map((prefix) => prefixWord(field, kind, prefix))),
	);
	return [...new Set([wordFor(), ...words, ...prefixes])];
}

export function existsWord(field: string): string {
	return wordFor(field);
}

export function equalWord(field: string, value: Scalar): string {
	return wordFor(field, value === 0 ? 0 : value);
}

/** The empty prefix says that the field has a number, or a date, at all. */
export function prefixWord(field: string, kind: Kind, prefix: string): string {
	return wordFor(field, kind, prefix);
}

/** 96 bits. Parts of another number are another thing, so that nothing is mistaken for anything else. */
function wordFor(...parts: Scalar[]): string {
	return createHash("sha256").update(JSON.stringify(parts)).digest("base64url").slice(0, 16);
}
