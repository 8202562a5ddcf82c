/** Fields of maps and items of lists. Only own fields count: what every object inherits is not there. */
import { invalid, isMap, isOptional, kindOf, optionalOf, type Optional } from "./values.ts";

/** `value.name`. Throws `invalid_input` naming the field where there is none. */
export function fieldOf(value: unknown, name: string): unknown {
	if (isOptional(value)) return optionalField(value, name);
	const field = isMap(value) ? own(value, name) : undefined;
	if (field !== undefined) return field;
	if (isMap(value)) throw invalid(`There is no field ${quoted(name)}; has() and .? tell whether there is one.`);
	throw invalid(`A value of the type ${kindOf(value)} has no field ${quoted(name)}.`);
}

/** `value[key]`. */
export function itemOf(value: unknown, key: unknown): unknown {
	if (isOptional(value)) return optionalField(value, key);
	if (Array.isArray(value)) {
		const item = value[indexOf(key)];
		if (item === undefined) throw invalid(`There is no item ${String(key)} in a list of ${value.length}.`);
		return item;
	}
	if (!isMap(value)) throw invalid(`A value of the type ${kindOf(value)} has no items.`);
	return fieldOf(value, keyOf(key));
}

/** `value.?name` and `value[?key]`: none where there is no such field, and of null. */
export function optionalField(value: unknown, key: unknown): Optional {
	const inner = isOptional(value) ? value.value : value;
	if (inner === undefined || inner === null) return optionalOf(undefined);
	if (Array.isArray(inner)) return optionalOf(inner[indexOf(key)]);
	if (!isMap(inner)) throw invalid(`A value of the type ${kindOf(inner)} has no field ${quoted(String(key))}.`);
	return optionalOf(own(inner, keyOf(key)));
}

/** Undefined where there is none. */
export function own(map: Record<string, unknown>, name: string): unknown {
	return Object.hasOwn(map, name) ? map[name] : undefined;
}

/** Where no item can be, -1. */
function indexOf(key: unknown): number {
	if (typeof key === "bigint") return key < 0n ? -1 : Number(key);
	if (typeof key === "number" && Number.isInteger(key)) return key;
	throw invalid(
		`The index of a list is a whole number, not ${typeof key === "number" ? key : `of the type ${kindOf(key)}`}.`,
	);
}

function keyOf(key: unknown): string {
	if (typeof key === "string") return key;
	throw invalid(`The key of a map is a text, not of the type ${kindOf(key)}.`);
}

function quoted(name: string): string {
	return JSON.stringify(name.slice(0, 100));
}
