/** How `local/dev` fills a tool's input from a message: by the JSON schema of the input and by what the message holds. */

import type { JSONObject, JSONSchema7, JSONValue } from "@ai-sdk/provider";
import { jsonIn } from "./local-json.ts";
import { wordsOf } from "./local-words.ts";

type Schema = JSONSchema7 | boolean | undefined;

/** What a message offers, in order of appearance; each number and quotation is used once. */
interface Facts {
	message: string;
	numbers: number[];
	quoted: string[];
}

/** Texts that have a form of their own, known by a word of the property's name or by its format. */
const forms: { names: RegExp; form: RegExp }[] = [
	{ names: /^(?:url|uri|link)$/, form: /https?:\/\/[^\s"'<>)]+/ },
	{ names: /^email$/, form: /[\w.+-]+@[\w-]+\.[\w.-]*\w/ },
	{ names: /^date$/, form: /\d{4}-\d\d-\d\d(?:T[\d:.]+Z?)?/ },
	{ names: /^(?:expression|formula|equation|calculation|math)$/, form: /[(\d][\d\s.()+*/×÷^%-]*[\d)]/ },
	{
		names: /^(?:city|place|location|country|town|region|destination)$/,
		form: /(?<=\b(?:in|at|for|to|of|near)\s)\p{Lu}[\p{L}-]*(?:\s\p{Lu}[\p{L}-]*)*/u,
	},
];
/** Properties that want what was said as a whole. */
const wholeMessage = /^(?:q|query|question|search|text|input|message|prompt|content|body|task|request|statement)$/;
const number = /(?<![\w.])-?\d+(?:\.\d+)?/g;
const quotation = /"([^"]+)"|“([^”]+)”|`([^`]+)`|(?<!\w)'([^']+)'(?!\w)/g;
/** Capitalised words that do not begin the message. */
const properName = /(?<=\S\s)\p{Lu}[\p{L}-]*(?:\s\p{Lu}[\p{L}-]*)*/u;

/** An object for the schema. A property that is not required and for which the message has nothing is left out. */
export function fillInput(schema: JSONSchema7, message: string): JSONObject {
	const numbers = [...message.matchAll(number)].map(([digits]) => Number(digits));
	const quoted = [...message.matchAll(quotation)].map(([, ...groups]) => groups.find(Boolean)!);
	return { ...fillObject(schema, { message, numbers, quoted }), ...literalInput(schema, message) };
}

/** The properties that the message spells out in JSON. */
function literalInput({ properties = {} }: JSONSchema7, message: string): JSONObject {
	const literals = jsonIn(message).flatMap((value) => Object.entries(value as JSONObject));
	return Object.fromEntries(literals.filter(([name]) => Object.hasOwn(properties, name)));
}

function fillObject(schema: JSONSchema7, facts: Facts): JSONObject {
	const entries = Object.entries(schema.properties ?? {}).map(function fill([name, property]) {
		return [name, fillValue(name, property, facts, schema.required?.includes(name) ?? false)] as const;
	});
	return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function fillValue(name: string, schema: Schema, facts: Facts, required: boolean): JSONValue | undefined {
	if (typeof schema !== "object") return required ? facts.message : undefined;
	if (schema.const !== undefined) return schema.const;
	if (schema.enum) return fillEnum(schema.enum, facts, required);
	switch (typeOf(schema)) {
		case "number":
		case "integer":
			return fillNumber(name, schema, facts, required);
		case "boolean":
			return fillBoolean(name, facts, required);
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

function fillEnum(values: JSONValue[], { message }: Facts, required: boolean): JSONValue | undefined {
	const said = ` ${wordsOf(message).join(" ")} `;
	const mentioned = values.find((value) => said.includes(` ${wordsOf(JSON.stringify(value)).join(" ")} `));
	return mentioned ?? (required ? values[0] : undefined);
}

function fillNumber(name: string, schema: JSONSchema7, facts: Facts, required: boolean): number | undefined {
	const stated = Number(statedValue(name, facts.message) ?? Number.NaN);
	const value = Number.isNaN(stated) ? facts.numbers[0] : stated;
	if (value === undefined) return required ? (schema.minimum ?? 0) : undefined;
	const index = facts.numbers.indexOf(value);
	if (index >= 0) facts.numbers.splice(index, 1);
	return typeOf(schema) === "integer" ? Math.trunc(value) : value;
}

function fillBoolean(name: string, { message }: Facts, required: boolean): boolean | undefined {
	const label = labelPattern(name);
	if (!new RegExp(`\\b${label}`, "i").test(message)) return required ? false : undefined;
	const denied = new RegExp(`\\b(?:no|not|without|don't)\\s+(?:\\w+\\s+)?${label}`, "i").test(message);
	return !denied && !/^(?:false|no|off)$/i.test(statedValue(name, message) ?? "");
}

function fillArray(name: string, schema: JSONSchema7, facts: Facts, required: boolean): JSONValue[] | undefined {
	const items = Array.isArray(schema.items) ? schema.items[0] : schema.items;
	const type = typeof items === "object" ? typeOf(items) : "string";
	const values: JSONValue[] = type === "number" || type === "integer" ? facts.numbers.splice(0) : [];
	if (type === "string") values.push(...facts.quoted.splice(0));
	if (values.length > 0) return values;
	const single = fillValue(name, items, facts, required);
	return single === undefined ? undefined : [single];
}

function fillString(name: string, { format }: JSONSchema7, facts: Facts, required: boolean): string | undefined {
	const { message, quoted } = facts;
	const words = [...wordsOf(name), ...wordsOf(format ?? "")];
	const { form } = forms.find(({ names }) => words.some((word) => names.test(word))) ?? {};
	const found = statedValue(name, message) ?? form?.exec(message)?.[0].trim() ?? quoted.shift();
	if (found !== undefined) return found;
	if (words.some((word) => wholeMessage.test(word))) return message;
	return required ? (properName.exec(message)?.[0] ?? message) : undefined;
}

/** `city: Paris`, `city=Paris`, `city is "New York"`. */
function statedValue(name: string, message: string): string | undefined {
	const value = `"([^"]+)"|'([^']+)'|([^\\s,;"']*[^\\s,;.?!"'])`;
	const match = new RegExp(`\\b${labelPattern(name)}\\s*(?:[:=]|\\bis\\b)\\s*(?:${value})`, "i").exec(message);
	return match?.slice(1).find(Boolean);
}

function labelPattern(name: string): string {
	return wordsOf(name).join("[ _-]?") || "(?!)";
}

function typeOf({ type, anyOf }: JSONSchema7): string | undefined {
	if (Array.isArray(type)) return type.find((one) => one !== "null");
	const first = anyOf?.find((option: Schema) => typeof option === "object" && option.type !== "null");
	return type ?? (typeof first === "object" ? typeOf(first) : undefined);
}
