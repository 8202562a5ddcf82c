/**
 * JSON Schema 2020-12 as people write it for their tools, and values checked against it. What could keep a Worker busy
 * for long is left out of the language: patterns, references, comparing all items with all others.
 */
import { Validator } from "@cfworker/json-schema";
import { z } from "zod";
import { AppError, type FieldError } from "./errors.ts";
import { JsonValue } from "./json-value.ts";

export const JsonSchema = z.record(z.string(), JsonValue);
export type JsonSchema = z.infer<typeof JsonSchema>;

const maxSchemas = 500;
/** Of a value, as JSON. */
const maxValueLength = 256_000;
const maxFields = 50;

const typeName = z.enum(["string", "number", "integer", "boolean", "object", "array", "null"]);
const size = z.number().int().min(0);
const strings = z.array(z.string());
const schema: z.ZodType = z.lazy(() => z.union([z.boolean(), keywords]));
const schemas = z.array(schema).min(1);
const named = z.record(z.string(), schema);

/** §9 of the core and §6 to §9 of the validation vocabulary. */
const keywords: z.ZodType = z.strictObject({
	...optional({ $schema: z.string(), $comment: z.string(), title: z.string(), description: z.string() }),
	...optional({ default: JsonValue, examples: z.array(JsonValue), format: z.string() }),
	...optional({ deprecated: z.boolean(), readOnly: z.boolean(), writeOnly: z.boolean() }),
	...optional({ type: z.union([typeName, z.array(typeName).min(1)]), enum: z.array(JsonValue), const: JsonValue }),
	...optional({ multipleOf: z.number().positive(), minimum: z.number(), maximum: z.number() }),
	...optional({ exclusiveMinimum: z.number(), exclusiveMaximum: z.number(), minLength: size, maxLength: size }),
	...optional({ items: schema, prefixItems: schemas, contains: schema, minContains: size, maxContains: size }),
	...optional({ minItems: size, maxItems: size, properties: named, additionalProperties: schema, required: strings }),
	...optional({ propertyNames: schema, minProperties: size, maxProperties: size, dependentSchemas: named }),
	...optional({ dependentRequired: z.record(z.string(), strings), unevaluatedProperties: schema }),
	...optional({ allOf: schemas, anyOf: schemas, oneOf: schemas, not: schema, if: schema, else: schema }),
	// oxlint-disable-next-line unicorn/no-thenable -- the keyword's name
	...optional({ then: schema }),
});

/** Throws `invalid_input` for what is no schema that can be used; `pointer` says which field of the body it is. */
export function checkSchema(given: JsonSchema, pointer: string, mustBeObject: boolean): void {
	const { error } = keywords.safeParse(given);
	const issue = error && deepest(error.issues);
	if (issue) fail([pointer, ...issue.path].join("/"), issue.message);
	if (mustBeObject && given.type !== "object") fail(pointer, 'must be the schema of an object: `"type": "object"`');
	if (countSchemas(given) > maxSchemas) fail(pointer, `must consist of at most ${maxSchemas} schemas`);
}

/** What is wrong with the value, in at most a few fields; empty where it fits. */
export function schemaErrors(given: JsonSchema, value: unknown, pointer: string): FieldError[] {
	if ((JSON.stringify(value) ?? "").length > maxValueLength) {
		return [{ pointer, detail: `must be at most ${maxValueLength} characters of JSON` }];
	}
	const { errors } = new Validator(given, "2020-12", false).validate(value);
	const leaves = errors.filter(({ keyword }) => keyword !== "properties" && keyword !== "items");
	return (leaves.length > 0 ? leaves : errors)
		.slice(0, maxFields)
		.map(({ instanceLocation, error }) => ({ pointer: pointer + instanceLocation.slice(1), detail: error }));
}

function fail(pointer: string, detail: string): never {
	throw new AppError("invalid_input", "The JSON Schema cannot be used; see `errors`.", {
		details: { fields: [{ pointer, detail }] },
	});
}

/** Every subschema is `true`, `false` or an object, so a union's issues say both; those of the object tell more. */
function deepest(
	issues: z.core.$ZodIssue[],
	path: PropertyKey[] = [],
): { path: PropertyKey[]; message: string } | undefined {
	const [issue] = issues;
	if (!issue) return undefined;
	const at = [...path, ...issue.path];
	if (issue.code !== "invalid_union") return { path: at, message: issue.message };
	return deepest(issue.errors.at(-1) ?? [], at) ?? { path: at, message: issue.message };
}

function countSchemas(value: unknown): number {
	if (typeof value !== "object" || value === null) return 1;
	return Object.values(value).reduce((sum: number, part) => sum + countSchemas(part), 1);
}

function optional(shape: Record<string, z.ZodType>): Record<string, z.ZodType> {
	return Object.fromEntries(Object.entries(shape).map(([name, type]) => [name, type.optional()]));
}
