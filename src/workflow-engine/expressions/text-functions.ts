/** Functions of texts. Positions and sizes are in code points, as in CEL, not in JavaScript's UTF-16 units. */
import { searchWork, type WorkBudget } from "#core/work-budget";
import { invalid, kindOf } from "./values.ts";

/** The text first, then the arguments. */
type TextFunction = (args: readonly unknown[], budget: WorkBudget) => unknown;

/** A part takes longer to make than a character to read. */
const workOfPart = 4;

/** By name and number of arguments. */
export const textFunctions: Record<string, TextFunction> = {
	"contains/1": (args, budget) => search(args, budget, (text, sought) => text.includes(sought)),
	"startsWith/1": (args, budget) => search(args, budget, (text, sought) => text.startsWith(sought)),
	"endsWith/1": (args, budget) => search(args, budget, (text, sought) => text.endsWith(sought)),
	"lowerAscii/0": ([text], budget) =>
		changed(text, budget, (given) => given.replace(/[A-Z]+/g, (part) => part.toLowerCase())),
	"upperAscii/0": ([text], budget) =>
		changed(text, budget, (given) => given.replace(/[a-z]+/g, (part) => part.toUpperCase())),
	"trim/0": ([text], budget) => changed(text, budget, (given) => given.trim()),
	"indexOf/1": (args, budget) => position(args, budget, (text, sought) => text.indexOf(sought)),
	"indexOf/2": (args, budget) => position(args, budget, (text, sought) => text.indexOf(sought, unitOf(text, args[2]))),
	"lastIndexOf/1": (args, budget) => position(args, budget, (text, sought) => text.lastIndexOf(sought)),
	"lastIndexOf/2": (args, budget) =>
		position(args, budget, (text, sought) => text.lastIndexOf(sought, unitOf(text, args[2]))),
	"substring/1": ([text, start], budget) => changed(text, budget, (given) => given.slice(unitOf(given, start))),
	"substring/2": ([text, start, end], budget) => changed(text, budget, (given) => between(given, start, end)),
	"replace/2": ([text, sought, other], budget) => replace(text, sought, other, budget),
	"split/1": ([text, separator], budget) => split(text, separator, budget),
	"split/2": ([text, separator, limit], budget) => limited(split(text, separator, budget), asText(separator), limit),
	"join/0": ([list], budget) => join(list, "", budget),
	"join/1": ([list, separator], budget) => join(list, asText(separator), budget),
};

/** In code points. */
export function sizeOfText(text: string, budget: WorkBudget): number {
	budget.charge(text.length);
	return points(text);
}

function points(text: string): number {
	let size = 0;
	for (const _ of text) size += 1;
	return size;
}

/** Where the code point of that number starts. */
function unitOf(text: string, number: unknown): number {
	const sought = typeof number === "bigint" ? Number(number) : number;
	if (typeof sought !== "number" || !Number.isInteger(sought)) throw invalid("A position in a text is a whole number.");
	let unit = 0;
	let point = 0;
	while (point < sought && unit < text.length) {
		unit += (text.codePointAt(unit) ?? 0) > 0xffff ? 2 : 1;
		point += 1;
	}
	if (sought < 0 || point < sought) throw invalid(`The text has no position ${sought}.`);
	return unit;
}

function between(text: string, start: unknown, end: unknown): string {
	const [from, to] = [unitOf(text, start), unitOf(text, end)];
	if (to < from) throw invalid("The end of a substring stands before its start.");
	return text.slice(from, to);
}

function search<T>(
	[text, sought]: readonly unknown[],
	budget: WorkBudget,
	find: (text: string, sought: string) => T,
): T {
	budget.charge(searchWork(asText(text), asText(sought)));
	return find(asText(text), asText(sought));
}

function position(
	args: readonly unknown[],
	budget: WorkBudget,
	find: (text: string, sought: string) => number,
): bigint {
	const unit = search(args, budget, find);
	return BigInt(unit < 0 ? -1 : points(asText(args[0]).slice(0, unit)));
}

function changed(text: unknown, budget: WorkBudget, change: (text: string) => string): string {
	budget.charge(asText(text).length);
	return change(asText(text));
}

function split(text: unknown, separator: unknown, budget: WorkBudget): string[] {
	const parts = search([text, separator], budget, (given, between) =>
		between === "" ? Array.from(given) : given.split(between),
	);
	budget.charge(parts.length * workOfPart);
	budget.sizeOf(parts);
	return parts;
}

/** The last part has the rest; a negative limit is none. */
function limited(parts: string[], separator: string, limit: unknown): string[] {
	const most = typeof limit === "bigint" ? Number(limit) : limit;
	if (typeof most !== "number" || !Number.isInteger(most)) throw invalid("The limit of split() is a whole number.");
	if (most < 0 || parts.length <= most) return parts;
	return most === 0 ? [] : [...parts.slice(0, most - 1), parts.slice(most - 1).join(separator)];
}

function replace(text: unknown, sought: unknown, other: unknown, budget: WorkBudget): string {
	return join(split(text, sought, budget), asText(other), budget);
}

function join(list: unknown, separator: string, budget: WorkBudget): string {
	if (!Array.isArray(list)) throw invalid(`join() takes a list, not a value of the type ${kindOf(list)}.`);
	const texts = list.map(asText);
	budget.charge(texts.length);
	budget.checkSize(texts.reduce((size, text) => size + text.length + separator.length, 0));
	return texts.join(separator);
}

function asText(value: unknown): string {
	if (typeof value === "string") return value;
	throw invalid(`A text is needed, not a value of the type ${kindOf(value)}; string() makes one of numbers.`);
}
