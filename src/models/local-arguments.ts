/** How `local/dev` fills a tool's input from a message: by the JSON schema of the input and by what the message holds. */

import type { JSONObject, JSONSchema7, JSONValue } from "@ai-sdk/provider";
import { jsonIn } from "./local-json";
import { wordsOf } from "./local-words";

type Schema = JSONSchema7 | boolean | undefined;

const textNames = /^(?:q|query|question|search|text|input|message|prompt|content|body|task|request|instructions?|statement)$/;
const placeNames = /^(?:city|place|location|country|town|region|destination|where)$/;
const formulaNames = /^(?:expression|formula|equation|calculation|math)$/;

/** What a message offers, in order of appearance; a number is used once. */
interface Facts {
	message: string;
	numbers: number[];
	quoted: string[];
}

/** An object for the schema. A property that is not required and for which the message has nothing is left out. */
export function fillInput(schema: JSONSchema7, message: string): JSONObject {
	const numbers = [...message.matchAll(/(?<![\w.])-?\d+(?:\.\d+)?/g)].map(([number]) => Number(number));
	const quoted = [...message.matchAll(/"([^"]+)"|“([^”]+)”|`([^`]+)`|(?<!\w)'([^']+)'(?!\w)/g)].map(
		([, ...groups]) => groups.find((group) => group !== undefined)!,
	);
	const literal = jsonIn(message).find((value) => typeof value === "object" && value !== null && !Array.isArray(value));
	return { ...fillObject(schema, { message, numbers, quoted }), ...known(schema, literal as JSONObject | undefined) };
}

function fillObject(schema: JSONSchema7, facts: Facts): JSONObject {
	const filled: JSONObject = {};
	for (const [name, property] of Object.entries(schema.properties ?? {})) {
		const value = fillValue(name, property, facts, schema.required?.includes(name) ?? false);
		if (value !== undefined) filled[name] = value;
	}
	return filled;
}

function fillValue(name: string, schema: Schema, facts: Facts, required: boolean): JSONValue | undefined {
	if (typeof schema !== "object") return required ? facts.message : undefined;
	if (schema.const !== undefined) return schema.const as JSONValue;
	if (schema.enum) return fillEnum(schema.enum as JSONValue[], facts.message, required);
	switch (typeOf(schema)) {
		case "number":
		case "integer":
			return fillNumber(name, schema, facts, required);
		case "boolean":
			return fillBoolean(name, facts.message, required);
		case "array":
			return fillArray(name, schema, facts, required);
		case "object": {
			const value = fillObject(schema, facts);
			return required || Object.keys(value).length > 0 ? value : undefined;
		}
		default:
			return fillString(name, schema, facts, required);
	}
}

function fillEnum(values: JSONValue[], message: string, required: boolean): JSONValue | undefined {
	const said = ` ${wordsOf(message).join(" ")} `;
	const mentioned = values.find((value) => said.includes(` ${wordsOf(String(value)).join(" ")} `));
	return mentioned ?? (required ? values[0] : undefined);
}

function fillNumber(name: string, schema: JSONSchema7, facts: Facts, required: boolean): number | undefined {
	const named = Number(namedValue(name, facts.message) ?? Number.NaN);
	const value = Number.isNaN(named) ? facts.numbers[0] : named;
	if (value === undefined) return required ? (schema.minimum ?? 0) : undefined;
	const index = facts.numbers.indexOf(value);
	if (index >= 0) facts.numbers.splice(index, 1);
	return typeOf(schema) === "integer" ? Math.trunc(value) : value;
}

function fillBoolean(name: string, message: string, required: boolean): boolean | undefined {
	const word = wordsOf(name).join("[ _-]?");
	if (new RegExp(`\\b(?:no|not|without|don't)\\s+(?:\\w+\\s+)?${word}`, "i").test(message)) return false;
	if (new RegExp(`\\b${word}`, "i").test(message)) return !/^(?:false|no|off)$/i.test(namedValue(name, message) ?? "");
	return required ? false : undefined;
}

function fillArray(name: string, schema: JSONSchema7, facts: Facts, required: boolean): JSONValue[] | undefined {
	const items = Array.isArray(schema.items) ? schema.items[0] : schema.items;
	const type = typeof items === "object" ? typeOf(items) : "string";
	if (type === "number" || type === "integer") {
		const numbers = facts.numbers.splice(0);
		return required || numbers.length > 0 ? numbers : undefined;
	}
	if (type === "string" && facts.quoted.length > 0) return facts.quoted.splice(0);
	const single = fillValue(name, items, facts, required);
	return single === undefined ? undefined : [single];
}

function fillString(name: string, schema: JSONSchema7, facts: Facts, required: boolean): string | undefined {
	const { message, quoted } = facts;
	const words = wordsOf(name);
	const is = (names: RegExp): boolean => words.some((word) => names.test(word));
	const formula = /[(\d][\d\s.()+*/×÷^%-]*[\d)]/.exec(message)?.[0];
	if (schema.format === "uri" || is(/^(?:url|uri|link)$/)) return /https?:\/\/[^\s"'<>)]+/.exec(message)?.[0] ?? (required ? "" : undefined);
	if (schema.format === "email" || is(/^email$/)) return /[\w.+-]+@[\w-]+\.[\w.-]*\w/.exec(message)?.[0] ?? (required ? "" : undefined);
	if (is(formulaNames) && formula) return formula.trim();
	const stated = namedValue(name, message) ?? quoted.shift();
	if (stated !== undefined) return stated;
	if (/^date/.test(schema.format ?? "") || is(/^date$/)) return /\d{4}-\d\d-\d\d(?:T[\d:.]+Z?)?/.exec(message)?.[0] ?? (required ? "" : undefined);
	if (is(textNames)) return message;
	const place = is(placeNames) ? /\b(?:in|at|for|to|of|near)\s+(\p{Lu}[\p{L}-]*(?:\s\p{Lu}[\p{L}-]*)*)/u.exec(message)?.[1] : undefined;
	return place ?? (required ? (properName(message) ?? message) : undefined);
}

/** `city: Paris`, `city=Paris`, `city is "New York"`. */
function namedValue(name: string, message: string): string | undefined {
	const label = wordsOf(name).join("[ _-]?");
	const match = new RegExp(`\\b${label}\\s*(?:[:=]|\\bis\\b)\\s*(?:"([^"]+)"|'([^']+)'|([^\\s,;"']*[^\\s,;.?!"']))`, "i").exec(message);
	return match?.[1] ?? match?.[2] ?? match?.[3];
}

/** Capitalised words that do not begin the message. */
function properName(message: string): string | undefined {
	return /(?<=\S\s)\p{Lu}[\p{L}-]*(?:\s\p{Lu}[\p{L}-]*)*/u.exec(message)?.[0];
}

function known(schema: JSONSchema7, literal: JSONObject | undefined): JSONObject {
	return Object.fromEntries(Object.entries(literal ?? {}).filter(([name]) => schema.properties?.[name] !== undefined));
}

function typeOf({ type, anyOf }: JSONSchema7): string | undefined {
	if (Array.isArray(type)) return type.find((name) => name !== "null");
	const first = anyOf?.find((option) => typeof option === "object" && option.type !== "null");
	return type ?? (typeof first === "object" ? typeOf(first) : undefined);
}
