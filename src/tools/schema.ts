/** The contract of the tools domain: what clients send and what they get. */
import { z } from "zod";
import { JsonValue } from "#core/json-value";
import { sized } from "#core/sized";
import { runStatuses } from "#run/run";
import { maxDefinitionLength } from "./mcp/limits.ts";

export const toolTypes = ["standard", "custom", "mcp", "rag"] as const;
export const toolStatuses = ["active", "inactive", "error"] as const;
export const toolCategories = ["file", "web", "math", "utility", "custom", "mcp", "rag"] as const;
/** Of a call: `timeout` is a tool that was stopped. */
export const callStatuses = ["success", "error", "timeout"] as const;
/** Of a custom tool's source. */
export const languages = ["javascript", "typescript"] as const;

export const defaultTimeoutMs = 10_000;
export const maxTimeoutMs = 30_000;

const JsonObject = z.record(z.string(), JsonValue);

const Example = z
	.object({ title: z.string().max(200).optional(), input: JsonObject, output: JsonValue.optional() })
	.meta({ id: "ToolExample" });

export const Limits = z
	.object({
		concurrency: z.number().int().min(1).max(100).optional().meta({ description: "Calls at once." }),
		perMinute: z.number().int().min(1).max(10_000).optional(),
	})
	.meta({ id: "ToolLimits" });

/** A list of tools shows whole definitions, a hundred at a time. */
const DefinedSchema = sized(JsonObject, maxDefinitionLength);
const Examples = sized(z.array(Example).max(20), 256_000);

const schemaText = "A JSON Schema (2020-12) of an object, without `pattern`, `$ref` and `uniqueItems`.";

const hostName = z
	.string()
	.max(260)
	.regex(
		/^[a-z0-9-]+(\.[a-z0-9-]+)*(:[0-9]{1,5})?$/,
		"must be the name of a host in lower case, without scheme and path",
	);

const secretName = z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/, "must be upper-case letters, digits and underscores");
/** Long enough to be found in what a server answers; a header's value loses the spaces around it. */
const secretValue = z
	.string()
	.min(8)
	.max(4_096)
	.regex(/^[\x21-\x7e][\x20-\x7e]*[\x21-\x7e]$/, "must be printable ASCII without spaces around it");
const mostSecrets = 10;
const secretsText =
	"Never shown again. The source writes `{{secrets.NAME}}` in a header, query or body; the value is put in outside of the sandbox.";

const atMostSecrets = (secrets: object) => Object.keys(secrets).length <= mostSecrets;

/** What a custom tool may do besides computing, and what its calls are held to. */
const policyFields = {
	hosts: z
		.array(hostName)
		.max(10)
		.meta({
			description: "The hosts that it may call by `fetch`; without any it has no network.",
			example: ["api.example.com"],
		}),
	writes: z.boolean().meta({
		description: "It changes something, and viewers may not call it; unless set, a tool with `hosts` does.",
	}),
	cpuTime: z.number().int().min(10).max(400).meta({ description: "Milliseconds a call may compute." }),
	requiresApproval: z.boolean().meta({ description: "A person has to allow each call." }),
};

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
	language: z.enum(languages).default("javascript").meta({ description: "TypeScript is not type-checked." }),
	inputSchema: DefinedSchema.meta({
		description: schemaText,
		example: { type: "object", properties: { n: { type: "number" } }, required: ["n"] },
	}),
	outputSchema: DefinedSchema.optional().meta({ description: "A JSON Schema (2020-12) of the result." }),
	examples: Examples.default([]),
	timeout: z.number().int().min(50).max(maxTimeoutMs).default(1_000).meta({ description: "Milliseconds a call." }),
	cpuTime: policyFields.cpuTime.default(200),
	hosts: policyFields.hosts.default([]),
	secrets: z
		.record(secretName, secretValue)
		.refine(atMostSecrets, `must be at most ${mostSecrets}`)
		.default({})
		.meta({ description: secretsText }),
	writes: policyFields.writes.optional(),
	requiresApproval: policyFields.requiresApproval.default(false),
	limits: Limits.optional(),
	shared: z.boolean().default(false).meta({ description: "Every user may read and call it." }),
};

export const CreateTool = z.object(toolFields).meta({ id: "CreateTool" });
export type CreateTool = z.infer<typeof CreateTool>;

export const UpdateTool = z
	.object({
		description: toolFields.description.optional(),
		source: toolFields.source.optional(),
		language: z.enum(languages).optional(),
		inputSchema: DefinedSchema.optional(),
		outputSchema: toolFields.outputSchema,
		examples: Examples.optional(),
		timeout: z.number().int().min(50).max(maxTimeoutMs).optional(),
		cpuTime: policyFields.cpuTime.optional(),
		hosts: policyFields.hosts.optional(),
		secrets: z
			.record(secretName, secretValue.nullable())
			.refine(atMostSecrets, `must be at most ${mostSecrets}`)
			.optional()
			.meta({ description: "Null removes one. All have to be given again when `hosts` changes." }),
		writes: policyFields.writes.optional(),
		requiresApproval: policyFields.requiresApproval.optional(),
		limits: Limits.nullable().optional().meta({ description: "Null removes them." }),
		shared: z.boolean().optional(),
		status: z.enum(["active", "inactive"]).optional(),
	})
	.meta({ id: "UpdateTool" });
export type UpdateTool = z.infer<typeof UpdateTool>;

const Parameter = z
	.object({
		type: z.string(),
		description: z.string(),
		required: z.boolean(),
		example: JsonValue.optional(),
	})
	.meta({ id: "ToolParameter" });

const PendingTool = z
	.object({
		hash: z.string().meta({ description: "Names this version, for its approval." }),
		title: z.string().optional(),
		description: z.string(),
		inputSchema: JsonObject,
		outputSchema: JsonObject.optional(),
		writes: z.boolean(),
	})
	.meta({ id: "PendingTool", description: "The tool as its MCP server describes it since it was approved." });

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
		language: z.enum(languages).optional().meta({ description: "Of a custom tool's source." }),
		cpuTime: z
			.number()
			.int()
			.optional()
			.meta({ description: "Milliseconds that a call of a custom tool may compute." }),
		hosts: z.array(z.string()).optional().meta({ description: "That a custom tool may call." }),
		secretNames: z.array(z.string()).optional().meta({ description: "Of a custom tool; the values are never shown." }),
		serverId: z.string().optional().meta({ description: "Of a tool of an MCP server." }),
		serverUrl: z.string().optional().meta({ description: "Where the MCP server of the tool is." }),
		title: z.string().optional().meta({ description: "Of a tool of an MCP server." }),
		statusReason: z.string().optional().meta({ description: "Why it is not active." }),
		pending: PendingTool.optional(),
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
export type { JsonSchema } from "#core/json-schema";

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
		seed: z.int().optional().meta({
			description:
				"Makes a call of a custom tool repeatable: its random numbers follow from it, and its clock stands still.",
		}),
	})
	.meta({ id: "ExecuteTool" });
export type ExecuteTool = z.infer<typeof ExecuteTool>;

const ToolApproval = z
	.object({ id: z.string(), argumentsHash: z.string().meta({ description: "What a decision is bound to." }) })
	.meta({ id: "ToolApproval", description: "What a person has to allow before the call is made." });

const Metadata = z.object({ serverUrl: z.string().optional(), version: z.string(), capabilities: z.array(z.string()) });

export const ExecuteToolResponse = z
	.object({
		executionId: z.string().optional().meta({ description: "Of a call that is kept." }),
		result: JsonValue.nullable(),
		toolId: z.string(),
		executionTime: z.number().int().meta({ description: "Milliseconds." }),
		status: z.enum([...callStatuses, "queued", "running", "input_required"]),
		error: z.string().optional(),
		approval: ToolApproval.optional(),
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
		output: JsonValue.optional().meta({
			description: "Over 64 KiB of JSON it is `{$ref, bytes}`: the path under which the result is, and its size.",
		}),
		error: z.object({ code: z.string(), message: z.string() }).optional(),
		logs: z.array(z.string()).optional(),
		traceId: z.string(),
		startTime: z.iso.datetime(),
		endTime: z.iso.datetime().optional(),
		duration: z.number().int().optional().meta({ description: "Milliseconds." }),
		lastSeq: z.number().int().optional(),
		approval: ToolApproval.optional(),
		deadLetter: z
			.boolean()
			.optional()
			.meta({ description: "It failed for a reason that may pass, and waits for somebody who tries it again." }),
		retryOf: z.string().optional().meta({ description: "The execution that this one tries again." }),
		retriedBy: z.string().optional().meta({ description: "The execution that tries this one again." }),
	})
	.meta({ id: "ToolExecution" });
export type ToolExecution = z.infer<typeof ToolExecution>;
