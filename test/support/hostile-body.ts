/** JSON texts that have broken servers of this kind, made from a valid body by replacing one of its values. */
import fc from "fast-check";

const depth = (n: number) => "[".repeat(n) + "]".repeat(n);

/** As text, because no JavaScript value stands for some of them. */
const hostileValue = fc.oneof(
	fc.constantFrom(
		...["1e400", "-1e400", "1e-400", "9007199254740993", "-0", "0.1e1", "NaN", "Infinity", "0x10", "1_000"],
		...["null", "true", "[]", "{}", '""', '"\\ud800"', '"\\udc00x"', '"\\u0000"', '"\u{10FFFF}"', '"\\uFEFF"'],
		...['{"__proto__":{"polluted":true}}', '{"constructor":{"prototype":{"polluted":true}}}', '{"a":1,"a":2}'],
		...[depth(63), depth(65), depth(10_000), '{"a":'.repeat(10_000) + "1" + "}".repeat(10_000)],
		...[`"${"x".repeat(300_000)}"`, `[${"0,".repeat(5_000)}0]`, `"'; DROP TABLE agents; --"`, '"../../etc/passwd"'],
		...['"${7*7}{{7*7}}"', '"\\r\\nSet-Cookie: a=b"', "1e308", "-9223372036854775809", '"999999999999999999999"'],
	),
	fc.json({ maxDepth: 5 }),
	fc.string({ unit: "binary" }).map((text) => JSON.stringify(text)),
	fc.double().map((number) => String(number)),
);

const hostileKey = fc.constantFrom("__proto__", "constructor", "toString", "hasOwnProperty", "", "ownerId", "$where");

/** Texts made from the valid body, and others that have nothing of it. */
export function hostileBody(valid: object): fc.Arbitrary<string> {
	const places = placesIn(valid);
	const replaced = fc
		.tuple(fc.constantFrom(...places), hostileValue)
		.map(([place, value]) => textWith(valid, place, value));
	const extended = fc
		.tuple(hostileKey, hostileValue)
		.map(([key, value]) => `${JSON.stringify(valid).slice(0, -1)},${JSON.stringify(key)}:${value}}`);
	return fc.oneof({ weight: 6, arbitrary: replaced }, { weight: 2, arbitrary: extended }, hostileValue);
}

type Place = Array<string | number>;

function placesIn(value: unknown, place: Place = []): Place[] {
	if (typeof value !== "object" || value === null) return [place];
	const inner = Object.entries(value).flatMap(([key, item]) => placesIn(item, [...place, key]));
	return place.length > 0 ? [place, ...inner] : inner;
}

function textWith(valid: object, place: Place, value: string): string {
	const copy = structuredClone(valid);
	const mark = "\u0001here\u0001";
	let parent = copy as Record<string, unknown>;
	for (const key of place.slice(0, -1)) parent = parent[key] as Record<string, unknown>;
	parent[place.at(-1)!] = mark;
	return JSON.stringify(copy).replace(JSON.stringify(mark), () => value);
}
