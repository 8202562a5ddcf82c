/** `json_format`: checks JSON and writes it pretty or small. */
import { z } from "zod";
import { AppError } from "#core/errors";
import { standardTool } from "#tools/standard/standard-tool";
import { isBounded } from "./bounded-json.ts";
import { jsonFault } from "./json-fault.ts";

export const formatJson = standardTool({
	id: "json_format",
	name: "Format JSON",
	description:
		"Checks whether a text is JSON and writes it anew, indented or as small as possible. Where it is not JSON, the error " +
		"tells line and column.",
	category: "utility",
	writes: false,
	input: z.strictObject({
		text: z
			.string()
			.min(1)
			.max(100_000)
			.meta({ description: "JSON.", examples: ['{"a":1}'] }),
		style: z.enum(["pretty", "minify"]).default("pretty").meta({ description: "How to write it." }),
		indent: z.int().min(1).max(8).default(2).meta({ description: "Blanks a level, if pretty." }),
		sortKeys: z.boolean().default(false).meta({ description: "Names of objects in alphabetical order." }),
	}),
	output: z.object({
		text: z.string(),
		type: z.enum(["object", "array", "string", "number", "boolean", "null"]),
	}),
	examples: [
		{
			title: "Pretty, in order",
			input: { text: '{"b":[1],"a":null}', sortKeys: true },
			output: { text: '{\n  "a": null,\n  "b": [\n    1\n  ]\n}', type: "object" },
		},
		{ title: "Small", input: { text: "[ 1, 2 ]", style: "minify" }, output: { text: "[1,2]", type: "array" } },
	],
	run({ text, style, indent, sortKeys }) {
		const value = parse(text);
		if (!isBounded(value)) throw new AppError("limit_exceeded", "The JSON is too large or too deeply nested.");
		const written = JSON.stringify(sortKeys ? sorted(value) : value, null, style === "pretty" ? indent : 0);
		return { text: written, type: typeOf(value) };
	},
});

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch (cause) {
		const fault = jsonFault(text);
		if (!fault) throw new AppError("invalid_input", "The text is not JSON.", { cause });
		const { line, column, expected } = fault;
		throw new AppError("invalid_input", `Not JSON at line ${line}, column ${column}: expected ${expected}.`, { cause });
	}
}

/** `fromEntries` keeps a name like `__proto__`, which an assignment would not. */
function sorted(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(sorted);
	if (typeof value !== "object" || value === null) return value;
	const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
	return Object.fromEntries(entries.map(([name, child]) => [name, sorted(child)]));
}

function typeOf(value: unknown) {
	if (value === null) return "null" as const;
	return Array.isArray(value) ? ("array" as const) : (typeof value as "object" | "string" | "number" | "boolean");
}
