/** A standard tool, to be called. */
import { z } from "zod";
import type { FieldError } from "#core/errors";
import type { CallableTool } from "./callable-tool.ts";
import { defaultTimeoutMs, type JsonSchema } from "./schema.ts";
import type { StandardTool, ToolScope } from "./standard/standard-tool.ts";
import type { ToolCallResult } from "./tool-run.ts";

/** Of all that come with this version of the platform. */
export const standardVersion = "1.0.0";

export function standardCallable(tool: StandardTool): CallableTool {
	return new StandardCallable(tool);
}

class StandardCallable implements CallableTool {
	readonly id: string;
	readonly name: string;
	readonly description: string;
	readonly type = "standard";
	readonly version = standardVersion;
	readonly writes: boolean;
	readonly requiresApproval = false;
	readonly timeoutMs = defaultTimeoutMs;
	readonly #tool: StandardTool;
	#parsed: { input: unknown; result: z.ZodSafeParseResult<unknown> } | undefined;

	constructor(tool: StandardTool) {
		this.id = tool.id;
		this.name = tool.name;
		this.description = tool.description;
		this.writes = tool.writes;
		this.#tool = tool;
	}

	get inputSchema(): JsonSchema {
		return inputSchemaOf(this.#tool);
	}

	get outputSchema(): JsonSchema {
		return outputSchemaOf(this.#tool);
	}

	inputErrors(input: unknown): FieldError[] {
		return fieldErrors(this.#parse(input));
	}

	run(input: unknown, scope: ToolScope): Promise<ToolCallResult> | ToolCallResult {
		const { data, error } = this.#parse(input);
		if (error) throw error;
		const value = this.#tool.run(data as never, scope);
		return value instanceof Promise ? value.then((found: unknown) => ({ value: found })) : { value };
	}

	/** Once for the check and the call of the same input. */
	#parse(input: unknown): z.ZodSafeParseResult<unknown> {
		if (this.#parsed && this.#parsed.input === input) return this.#parsed.result;
		const result = this.#tool.input.safeParse(input);
		this.#parsed = { input, result };
		return result;
	}
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
