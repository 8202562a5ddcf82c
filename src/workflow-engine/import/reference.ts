/** Where a value comes from, and how that is said in CEL and in JSONata. */

export type Base = "input" | "variables" | "item" | "index" | "last" | "output" | { node: string };
export type Segment = string | number;

export interface Place {
	base: Base;
	/** Below the output of the node, or the base. */
	path: readonly Segment[];
}

export interface Reference {
	/** Several where branches meet: the first of those nodes that ran counts. */
	places: readonly Place[];
	method?: "trim" | "lowerAscii" | "upperAscii";
}

/** Words that CEL keeps for itself. */
const reserved = new Set(
	"as break const continue else false for function if import in let loop namespace null package return true var void while".split(
		" ",
	),
);

export function place(base: Base, ...path: Segment[]): Place {
	return { base, path };
}

export function celOf({ places, method }: Reference): string {
	const found = conditional(places, celOfPlace, ({ node }) => `${celText(node)} in nodes`);
	return method ? `${found}.${method}()` : found;
}

/** Undefined where JSONata has no name for it. */
export function jsonataOf({ places, method }: Reference): string | undefined {
	if (!places.every(isInJsonata)) return undefined;
	const found = conditional(places, jsonataOfPlace, (base) => `$exists(${jsonataOfBase(base)})`);
	if (!method) return found;
	return `${{ trim: "$trim", lowerAscii: "$lowercase", upperAscii: "$uppercase" }[method]}(${found})`;
}

/** Ends with a field, so that `has()` can be asked about it. */
export function hasField({ places, method }: Reference): boolean {
	const last = places.length === 1 && !method ? places[0]!.path.at(-1) : undefined;
	return typeof last === "string" && isName(last);
}

export function celText(text: string): string {
	return JSON.stringify(text.toWellFormed());
}

/** As a double, which the numbers of JSON are. */
export function celNumber(value: number): string {
	const text = String(value);
	return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

function conditional(
	places: readonly Place[],
	write: (one: Place) => string,
	hasRun: (base: { node: string }) => string,
): string {
	const last = places.find(({ base }) => typeof base === "string") ?? places.at(-1);
	if (!last) return "null";
	return places.reduceRight((otherwise, one) => {
		if (one === last || typeof one.base === "string") return otherwise;
		return `(${hasRun(one.base)} ? ${write(one)} : ${otherwise})`;
	}, write(last));
}

function celOfPlace({ base, path }: Place): string {
	const root = typeof base === "string" ? base : `nodes${celStep(base.node)}.output`;
	return root + path.map(celStep).join("");
}

function celStep(segment: Segment): string {
	if (typeof segment === "number") return `[${segment}]`;
	return isName(segment) ? `.${segment}` : `[${celText(segment)}]`;
}

function isName(segment: string): boolean {
	return /^[A-Za-z_]\w*$/.test(segment) && !reserved.has(segment);
}

function jsonataOfPlace({ base, path }: Place): string {
	const root = jsonataOfBase(base);
	const output = typeof base === "string" ? root : `${root}.output`;
	return (
		output + path.map((segment) => (typeof segment === "number" ? `[${segment}]` : `.${quoted(segment)}`)).join("")
	);
}

function jsonataOfBase(base: Base): string {
	return typeof base === "string" ? base : `nodes.${quoted(base.node)}`;
}

function quoted(name: string): string {
	return `\`${name}\``;
}

/** It knows less, and has no way to write a backtick in a name. */
function isInJsonata({ base, path }: Place): boolean {
	const isKnown = typeof base === "object" || base === "input" || base === "variables";
	return isKnown && path.every((segment) => typeof segment === "number" || !segment.includes("`"));
}
