/** A result of mathjs as JSON. */
import { z } from "zod";
import { AppError } from "#core/errors";

const maximumElements = 2_500;

const Scalar = z.union([
	z.number(),
	z.boolean(),
	z.string(),
	z.object({ re: z.number(), im: z.number() }).meta({ description: "A complex number." }),
	z
		.object({ value: z.number().nullable(), unit: z.string() })
		.meta({ description: "A quantity; value is null for a unit alone." }),
]);

type Scalar = z.infer<typeof Scalar>;

export const MathValue = z.union([Scalar, z.array(z.json())]).meta({
	description: "Number, boolean, text, {re, im}, {value, unit}, or arrays of these for a vector or matrix.",
});

export type MathValue = z.infer<typeof MathValue>;

interface MathObject {
	isComplex?: boolean;
	isUnit?: boolean;
	isMatrix?: boolean;
	isResultSet?: boolean;
	toJSON(): Record<string, unknown>;
	valueOf(): unknown;
}

export function mathValue(result: unknown): MathValue {
	if (Array.isArray(result)) return arrayOf(result);
	const object = result as MathObject;
	if (typeof result === "object" && object?.isMatrix) return mathValue(object.valueOf());
	return scalarOf(result);
}

/** The last of several statements is the result. */
export function lastStatement(result: unknown): unknown {
	const isSet = typeof result === "object" && result !== null && (result as MathObject).isResultSet;
	if (!isSet) return result;
	const entries = (result as { entries: unknown[] }).entries;
	if (entries.length === 0) throw new AppError("invalid_input", "The expression ends without a result.");
	return entries.at(-1);
}

function arrayOf(items: unknown[]): MathValue {
	if (items.flat(10).length > maximumElements) {
		throw new AppError("limit_exceeded", `The result has more than ${maximumElements} elements.`);
	}
	return items.map(mathValue) as MathValue;
}

function scalarOf(value: unknown): Scalar {
	if (typeof value === "boolean" || typeof value === "string") return value;
	if (typeof value === "number") return finite(value);
	const object = value as MathObject | null | undefined;
	if (typeof object !== "object" || object === null) throw new AppError("invalid_input", "The result is no value.");
	if (!object.isComplex && !object.isUnit) throw new AppError("invalid_input", "The result is no value.");
	const json = object.toJSON();
	if (object.isComplex) return { re: finite(json["re"] as number), im: finite(json["im"] as number) };
	if (json["value"] !== null && typeof json["value"] !== "number") {
		throw new AppError("invalid_input", "The result is a quantity that is no real number.");
	}
	return { value: json["value"] === null ? null : quantity(json["value"]), unit: String(json["unit"] ?? "") };
}

/** Conversions round: three inches come out as 7.619999999999999 centimetres. */
function quantity(value: number): number {
	return Number(finite(value).toPrecision(14));
}

function finite(value: number): number {
	if (!Number.isFinite(value)) throw new AppError("invalid_input", "The result is not a finite number.");
	// JSON has no negative zero.
	return value + 0;
}
