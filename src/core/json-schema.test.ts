import { describe, expect, test } from "vitest";
import { checkSchema, schemaErrors } from "./json-schema.ts";
import type { JsonSchema } from "./json-schema.ts";

const object = { type: "object" };

describe("a schema", () => {
	test.each<JsonSchema>([
		object,
		{ ...object, properties: { a: { type: ["string", "null"], maxLength: 3 }, required: true }, required: ["a"] },
		{ ...object, properties: { list: { type: "array", items: { anyOf: [{ const: 1 }, { enum: ["a", null] }] } } } },
		{ ...object, additionalProperties: false, description: "x", examples: [{ a: 1 }], default: {} },
	])("that can be used: %j", (schema) => {
		expect(() => checkSchema(schema, "/inputSchema", true)).not.toThrow();
	});

	test.each<[JsonSchema, string]>([
		[{ type: "string" }, "/inputSchema"],
		[{}, "/inputSchema"],
		[{ ...object, type: "objekt" }, "/inputSchema/type"],
		[{ ...object, required: null }, "/inputSchema/required"],
		[{ ...object, required: { a: 1 } }, "/inputSchema/required"],
		[{ ...object, properties: { a: { minLength: -1 } } }, "/inputSchema/properties/a/minLength"],
		[{ ...object, properties: { a: { pattern: "(a+)+$" } } }, "/inputSchema/properties/a"],
		[{ ...object, patternProperties: { "(a+)+$": {} } }, "/inputSchema"],
		[{ ...object, properties: { a: { $ref: "#" } } }, "/inputSchema/properties/a"],
		[{ ...object, $defs: {} }, "/inputSchema"],
		[{ ...object, properties: { a: { uniqueItems: true } } }, "/inputSchema/properties/a"],
		[{ ...object, allOf: 3 }, "/inputSchema/allOf"],
		[{ ...object, allOf: Array.from({ length: 300 }, () => ({ minimum: 1 })) }, "/inputSchema"],
	])("that cannot: %j", (schema, pointer) => {
		expect(() => checkSchema(schema, "/inputSchema", true)).toThrow(
			expect.objectContaining({
				code: "invalid_input",
				details: { fields: [{ pointer, detail: expect.any(String) }] },
			}),
		);
	});
});

test("a value that does not fit is told where, and a large one is not looked at", () => {
	const schema = { ...object, properties: { a: { type: "array", items: { type: "number" } } }, required: ["b"] };
	expect(schemaErrors(schema, { a: [1, 2], b: null }, "/parameters")).toEqual([]);
	const pointers = schemaErrors(schema, { a: [1, "two"] }, "/parameters").map(({ pointer }) => pointer);
	expect(pointers).toEqual(expect.arrayContaining(["/parameters", "/parameters/a/1"]));
	expect(schemaErrors(object, { a: "x".repeat(300_000) }, "/parameters")).toMatchObject([{ pointer: "/parameters" }]);
});
