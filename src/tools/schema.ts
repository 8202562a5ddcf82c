/** The contract of the tools domain: what clients send and what they get. */
import { z } from "zod";
import { JsonValue } from "#core/json-value";
import { runStatuses } from "#run/run";

export const toolTypes = ["standard", "custom", "mcp"] as const;
export const toolStatuses = ["active", "inactive", "error"] as const;
export const toolCategories = ["file", "web", "math", "utility", "custom", "mcp"] as const;
/** Of a call: `timeout` is a tool that was stopped. */
export const callStatuses = ["success", "error", "timeout"] as const;

export const defaultTimeoutMs = 10_000;
export const maxTimeoutMs = 30_000;

const JsonObject = z.record(z.string(), JsonValue);

const Example = z
	.object({ title: z.string().max(200).optional(), input: JsonObject, output: JsonValue.optional() })
	.meta({ id: "ToolExample" });

const schemaText = "A JSON Schema (2020-12) of an object, without `pattern`, `$ref` and `uniqueItems`.";

const toolFields = {
	name: z
		.string()
		.regex(/^[a-z][a-z0-9_]{0,63}$/, "must be lower-case letters, digits and underscores")
		.meta({ description: "Unique among its owner's tools.", example: "double" }),
	description: z
		.string()
		.trim()
		.min(1)
		.max(2_000)
		.meta({ description: "What it does and when to use it, for models.", example: "Doubles a number." }),
	source: z.string().min(1).max(100_000).meta({
		description: "An ES module that exports one function, which gets the parameters and returns JSON.",
		example: "export function run({ n }) { return n * 2; }",
	}),
	inputSchema: JsonObject.meta({
		description: schemaText,
		example: { type: "object", properties: { n: { type: "number" } }, required: ["n"] },
	}),
	outputSchema: JsonObject.optional().meta({ description: "A JSON Schema (2020-12) of the result." }),
	examples: z.array(Example).max(20).default([]),
	timeout: z.number().int().min(50).max(maxTimeoutMs).default(1_000).meta({ description: "Milliseconds a call." }),
	shared: z.boolean().default(false).meta({ description: "Every user may read and call it." }),
};

export const CreateTool = z.object(toolFields).meta({ id: "CreateTool" });
export type CreateTool = z.infer<typeof CreateTool>;

export const UpdateTool = z
	.object({
		description: toolFields.description.optional(),
		source: toolFields.source.optional(),
		inputSchema: JsonObject.optional(),
		outputSchema: toolFields.outputSchema,
		examples: z.array(Example).max(20).optional(),
		timeout: z.number().int().min(50).max(maxTimeoutMs).optional(),
		shared: z.boolean().optional(),
		status: z.enum(["active", "inactive"]).optional(),
	})
	.meta({ id: "UpdateTool" });
export type UpdateTool = z.infer<typeof UpdateTool>;

export const Limits = z
	.object({
		concurrency: z.number().int().min(1).max(100).optional().meta({ description: "Calls at once." }),
		perMinute: z.number().int().min(1).max(10_000).optional(),
	})
	.meta({ id: "ToolLimits" });

const Parameter = z
	.object({
		type: z.string(),
		description: z.string(),
		required: z.boolean(),
		example: JsonValue.optional(),
	})
	.meta({ id: "ToolParameter" });

export const Tool = z
	.object({
		id: z.string().meta({ example: "math_evaluate" }),
		name: z.string(),
		description: z.string(),
		type: z.enum(toolTypes),
		category: z.enum(toolCategories),
		parameters: z.record(z.string(), Parameter).meta({ description: "The properties of `inputSchema`, in short." }),
		output: z.object({ type: z.string(), description: z.string(), example: JsonValue.optional() }),
		inputSchema: JsonObject.meta({ description: "JSON Schema 2020-12." }),
		outputSchema: JsonObject.optional(),
		examples: z.array(Example),
		writes: z.boolean().meta({ description: "It changes something; viewers may not call it." }),
		requiresApproval: z.boolean().meta({ description: "A person has to allow each call." }),
		limits: Limits.optional(),
		source: z.string().optional().meta({ description: "Of a custom tool." }),
		serverId: z.string().optional().meta({ description: "Of a tool of an MCP server." }),
		serverUrl: z.string().optional().meta({ description: "Where the MCP server of the tool is." }),
		timeout: z.number().int().meta({ description: "Milliseconds, where a call does not say." }),
		shared: z.boolean(),
		ownerId: z.string().optional(),
		healthUrl: z.string(),
		status: z.enum(toolStatuses),
		version: z.string(),
		lastUpdated: z.iso.datetime(),
	})
	.meta({ id: "Tool" });
export type Tool = z.infer<typeof Tool>;
export type ToolExample = z.infer<typeof Example>;
export type JsonSchema = z.infer<typeof JsonObject>;

export const ExecuteTool = z
	.object({
		parameters: JsonObject.meta({
			description: "As the tool's `inputSchema` has them.",
			example: { expression: "2 + 3" },
		}),
		context: z
			.object({
				sessionId: z.string().max(200).optional(),
				userId: z.string().max(200).optional(),
				traceId: z.string().max(200).optional(),
			})
			.optional()
			.meta({ description: "Kept with the execution. Nobody's identity is taken from it." }),
		timeout: z.number().int().min(1).max(maxTimeoutMs).optional().meta({ description: "Milliseconds." }),
	})
	.meta({ id: "ExecuteTool" });
export type ExecuteTool = z.infer<typeof ExecuteTool>;

const Metadata = z.object({ version: z.string(), capabilities: z.array(z.string()) });

export const ExecuteToolResponse = z
	.object({
		executionId: z.string().optional().meta({ description: "Of a call that is kept." }),
		result: JsonValue.nullable(),
		toolId: z.string(),
		executionTime: z.number().int().meta({ description: "Milliseconds." }),
		status: z.enum([...callStatuses, "queued", "running"]),
		error: z.string().optional(),
		logs: z.array(z.string()).optional().meta({ description: "What a custom tool wrote to its console." }),
		metadata: Metadata,
		traceId: z.string(),
	})
	.meta({ id: "ExecuteToolResponse" });
export type ExecuteToolResponse = z.infer<typeof ExecuteToolResponse>;

export const ToolExecution = z
	.object({
		id: z.string(),
		toolId: z.string(),
		status: z.enum(runStatuses),
		input: JsonObject,
		output: JsonValue.optional(),
		error: z.object({ code: z.string(), message: z.string() }).optional(),
		logs: z.array(z.string()).optional(),
		traceId: z.string(),
		startTime: z.iso.datetime(),
		endTime: z.iso.datetime().optional(),
		duration: z.number().int().optional().meta({ description: "Milliseconds." }),
		lastSeq: z.number().int().optional(),
	})
	.meta({ id: "ToolExecution" });
export type ToolExecution = z.infer<typeof ToolExecution>;
