/**
 * Reads JSON of which nothing is known: a field that is missing or of another kind is simply not there. Only own fields
 * count, for an export may name a node `__proto__` or `constructor`.
 */
import type { z } from "zod";
import type { JsonValue } from "#core/json-value";

export type Json = z.infer<typeof JsonValue>;
export type Fields = Record<string, unknown>;

export function isFields(value: unknown): value is Fields {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What stands at the end of the path; undefined where a step of it is missing. */
export function at(value: unknown, ...path: (string | number)[]): unknown {
	let found = value;
	for (const key of path) {
		if (typeof found !== "object" || found === null || !Object.hasOwn(found, key)) return undefined;
		found = Reflect.get(found, key);
	}
	return found;
}

export function fieldsAt(value: unknown, ...path: (string | number)[]): Fields {
	const found = at(value, ...path);
	return isFields(found) ? found : {};
}

export function listAt(value: unknown, ...path: (string | number)[]): unknown[] {
	const found = at(value, ...path);
	return Array.isArray(found) ? found : [];
}

/** Undefined for an empty text as well. */
export function textAt(value: unknown, ...path: (string | number)[]): string | undefined {
	const found = at(value, ...path);
	if (typeof found === "number") return String(found);
	return typeof found === "string" && found.trim() !== "" ? found : undefined;
}

export function numberAt(value: unknown, ...path: (string | number)[]): number | undefined {
	const found = at(value, ...path);
	return typeof found === "number" && Number.isFinite(found) ? found : undefined;
}

/** Undefined for a text that is no JSON. */
export function parsedJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** An object that has such keys as `__proto__` too. */
export function objectOf<Value>(entries: Iterable<readonly [string, Value]>): Record<string, Value> {
	return Object.fromEntries(entries);
}
