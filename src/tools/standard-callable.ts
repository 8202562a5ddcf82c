/** A standard tool, to be called. */
import { z } from "zod";
import type { FieldError } from "#core/errors";
import type { CallableTool } from "./callable-tool.ts";
import { defaultTimeoutMs, type JsonSchema } from "./schema.ts";
import type { StandardTool } from "./standard/standard-tool.ts";

/** Of all that come with this version of the platform. */
export const standardVersion = "1.0.0";

export function standardCallable(tool: StandardTool): CallableTool {
	const { id, name, description, writes } = tool;
	let parsed: { input: unknown; result: z.ZodSafeParseResult<unknown> } | undefined;
	/** Once for the check and the call of the same input. */
	function parse(input: unknown): z.ZodSafeParseResult<unknown> {
		if (!parsed || parsed.input !== input) parsed = { input, result: tool.input.safeParse(input) };
		return parsed.result;
	}
	return {
		...{ id, name, description, type: "standard", version: standardVersion, writes },
		requiresApproval: false,
		get inputSchema() {
			return inputSchemaOf(tool);
		},
		get outputSchema() {
			return outputSchemaOf(tool);
		},
		timeoutMs: defaultTimeoutMs,
		inputErrors: (input) => fieldErrors(parse(input)),
		async run(input, scope) {
			const { data, error } = parse(input);
			if (error) throw error;
			return { value: await tool.run(data as never, scope) };
		},
	};
}

/** Made once: they are the same for every call. */
const schemas = new WeakMap<z.ZodType, JsonSchema>();

export function inputSchemaOf({ input }: StandardTool): JsonSchema {
	return schemaOf(input, "input");
}

export function outputSchemaOf({ output }: StandardTool): JsonSchema {
	return schemaOf(output, "output");
}

function schemaOf(type: z.ZodType, io: "input" | "output"): JsonSchema {
	const known = schemas.get(type);
	if (known) return known;
	const schema = z.toJSONSchema(type, { target: "draft-2020-12", io, unrepresentable: "any" }) as JsonSchema;
	schemas.set(type, schema);
	return schema;
}

function fieldErrors({ error }: z.ZodSafeParseResult<unknown>): FieldError[] {
	return (error?.issues ?? []).slice(0, 50).map(({ path, message }) => ({
		pointer: ["/parameters", ...path.map((key) => String(key).replaceAll("~", "~0").replaceAll("/", "~1"))].join("/"),
		detail: message,
	}));
}
