/**
 * What expressions calculate with: JSON, in which every number is a double, and on top of it ints (BigInt), timestamps
 * (Date), durations and optionals. The latter two are marked by symbols, which no JSON has, so a workflow's data can
 * never pass for one.
 */
import { AppError } from "#core/errors";

type Kind = "null" | "bool" | "string" | "int" | "double" | "list" | "map" | "timestamp" | "duration" | "optional";

const durationMark = Symbol("duration");
const optionalMark = Symbol("optional");

export interface Duration {
	[durationMark]: true;
	nanos: bigint;
}

/** `value` is undefined where there is none. */
export interface Optional {
	[optionalMark]: true;
	value: unknown;
}

/** Throws `invalid_input` for what expressions cannot have, such as functions. */
export function kindOf(value: unknown): Kind {
	if (value === null) return "null";
	switch (typeof value) {
		case "boolean":
			return "bool";
		case "string":
			return "string";
		case "bigint":
			return "int";
		case "number":
			return "double";
		case "object":
			return kindOfObject(value);
		default:
			throw invalid(`An expression cannot use a value of the type ${typeof value}.`);
	}
}

function kindOfObject(value: object): Kind {
	if (Array.isArray(value)) return "list";
	if (value instanceof Date) return "timestamp";
	if (durationMark in value) return "duration";
	if (optionalMark in value) return "optional";
	return "map";
}

export function durationOf(nanos: bigint): Duration {
	return { [durationMark]: true, nanos };
}

export function isDuration(value: unknown): value is Duration {
	return kindOf(value) === "duration";
}

export function optionalOf(value: unknown): Optional {
	return { [optionalMark]: true, value };
}

export function isOptional(value: unknown): value is Optional {
	return kindOf(value) === "optional";
}

export function isMap(value: unknown): value is Record<string, unknown> {
	return kindOf(value) === "map";
}

export function isNumber(value: unknown): value is number | bigint {
	return typeof value === "number" || typeof value === "bigint";
}

const maximumInt = 2n ** 63n;

/** CEL's ints have 64 bits. */
export function checkedInt(value: bigint): bigint {
	if (value >= maximumInt || value < -maximumInt) throw invalid("The whole number is too large for an int of 64 bits.");
	return value;
}

export function invalid(message: string, cause?: unknown): AppError {
	return new AppError("invalid_input", message, { cause });
}
