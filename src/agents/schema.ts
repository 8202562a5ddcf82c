/** The contract of the agents domain: what clients send and what they get. */
import { z } from "zod";
import { JsonValue } from "#core/json-value";
import { sized } from "#core/sized";
import { LocalScript } from "#models/local-script-schema";
import { providerNamePattern } from "#models/model-name";
import { providerKinds } from "#models/provider";
import { runStatuses } from "#run/run";

export const frameworks = ["langchain", "llamaindex", "crewai", "semantic_kernel"] as const;
export const agentStatuses = ["active", "inactive", "error"] as const;
/** What happens to a message that comes while a run of the same session is going on. */
export const multitaskStrategies = ["reject", "enqueue", "interrupt"] as const;

export const AgentLimits = z
	.object({
		steps: z.number().int().min(1).max(64).default(16).meta({ description: "Model calls a run." }),
		tokens: z
			.number()
			.int()
			.min(1)
			.max(10_000_000)
			.default(1_000_000)
			.meta({ description: "Tokens a run, in and out." }),
		seconds: z.number().int().min(1).max(3_600).default(300).meta({ description: "Wall-clock seconds a run." }),
	})
	.meta({ id: "AgentLimits" });

export const AgentConfig = z
	.object({
		model: z
			.string()
			.min(1)
			.max(200)
			.meta({ description: "`gpt-4`, `provider/model` or `local/dev`.", example: "local/dev" }),
		temperature: z.number().min(0).max(2).default(0.7),
		maxTokens: z.number().int().min(1).max(200_000).default(2_000).meta({ description: "Tokens an answer at most." }),
		systemPrompt: z.string().max(100_000).default(""),
		tools: z
			.array(z.string().min(1).max(200))
			.max(128)
			.default([])
			.meta({ description: "Ids of attached tools.", example: ["current_time"] }),
		streaming: z
			.boolean()
			.optional()
			.meta({ description: "Whether runs answer as SSE where the request does not say." }),
		limits: AgentLimits.prefault({}),
		multitaskStrategy: z.enum(multitaskStrategies).default("reject"),
		script: sized(LocalScript, 300_000).optional().meta({ description: "What `local/script` says and does." }),
	})
	.meta({ id: "AgentConfig" });
export type AgentConfig = z.infer<typeof AgentConfig>;

const { temperature, maxTokens, systemPrompt, tools, limits, multitaskStrategy, ...withoutDefault } = AgentConfig.shape;

/** Changes of a config: what is not named stays as it is, so nothing here has a default. */
const AgentConfigChanges = z
	.object({
		...withoutDefault,
		temperature: temperature.unwrap(),
		maxTokens: maxTokens.unwrap(),
		systemPrompt: systemPrompt.unwrap(),
		tools: tools.unwrap(),
		limits: limits.unwrap(),
		multitaskStrategy: multitaskStrategy.unwrap(),
	})
	.partial();

const agentFields = {
	name: z.string().trim().min(1).max(200).meta({ example: "Time keeper" }),
	description: z.string().max(2_000).optional(),
	framework: z.enum(frameworks).meta({ example: "langchain" }),
	config: AgentConfig,
	skills: z
		.array(z.string().trim().min(1).max(100))
		.max(50)
		.default([])
		.meta({ example: ["time"] }),
	shared: z.boolean().default(false).meta({ description: "Every user may read and run it." }),
};

export const CreateAgent = z
	.object({
		...agentFields,
		isTemplate: z.boolean().default(false).meta({ description: "Save it as a template, too." }),
		category: z.string().trim().min(1).max(100).default("general").meta({ description: "Of the template." }),
	})
	.meta({ id: "CreateAgent" });
export type CreateAgent = z.infer<typeof CreateAgent>;

export const UpdateAgent = z
	.object({
		name: agentFields.name.optional(),
		description: agentFields.description,
		framework: agentFields.framework.optional(),
		config: AgentConfig.optional(),
		skills: z.array(z.string().trim().min(1).max(100)).max(50).optional(),
		shared: z.boolean().optional(),
		status: z.enum(["active", "inactive"]).optional(),
	})
	.meta({ id: "UpdateAgent" });
export type UpdateAgent = z.infer<typeof UpdateAgent>;

export const Agent = z
	.object({
		id: z.string().meta({ example: "agt_0QzN4oBqE5m3jVnWbSgT7y" }),
		...agentFields,
		description: z.string().nullable(),
		status: z.enum(agentStatuses),
		version: z.string().meta({ example: "1.0.0" }),
		ownerId: z.string(),
		a2aCardUrl: z.string(),
		healthUrl: z.string(),
		createdAt: z.iso.datetime(),
		updatedAt: z.iso.datetime(),
		templateId: z.string().optional(),
	})
	.meta({ id: "Agent" });
export type Agent = z.infer<typeof Agent>;

/** What a run pins: the agent as it was when the run began. */
export interface AgentDefinition {
	id: string;
	name: string;
	version: string;
	framework: (typeof frameworks)[number];
	config: AgentConfig;
}

export const NewAttachment = z
	.object({
		name: z.string().min(1).max(255),
		type: z
			.string()
			.regex(/^[\w.+-]+\/[\w.+-]+$/)
			.meta({ description: "Media type.", example: "text/plain" }),
		data: z.base64().max(7_000_000).meta({ description: "The file in base64, about 5 MB at most." }),
	})
	.meta({ id: "NewAttachment" });
export type NewAttachment = z.infer<typeof NewAttachment>;

export const ExecuteAgent = z
	.object({
		message: z.string().min(1).max(200_000).meta({ example: "What time is it in Berlin?" }),
		context: sized(JsonValue, 200_000).optional().meta({ description: "Given to the model beside the message." }),
		sessionId: z
			.string()
			.min(1)
			.max(128)
			.optional()
			.meta({ description: "An id from an earlier answer, or a name of your own; a new session without it." }),
		streaming: z.boolean().optional().meta({ description: "Answer as server-sent events." }),
		metadata: sized(z.record(z.string(), JsonValue), 50_000).optional(),
		attachments: z.array(NewAttachment).max(10).default([]),
		multitaskStrategy: z.enum(multitaskStrategies).optional(),
	})
	.meta({ id: "ExecuteAgent" });
export type ExecuteAgent = z.infer<typeof ExecuteAgent>;

export const Usage = z
	.object({
		promptTokens: z.number().int(),
		completionTokens: z.number().int(),
		totalTokens: z.number().int(),
	})
	.meta({ id: "Usage" });
export type Usage = z.infer<typeof Usage>;

export const ToolCall = z
	.object({
		toolId: z.string(),
		input: z.unknown(),
		output: z.unknown(),
		duration: z.number().meta({ description: "Milliseconds." }),
	})
	.meta({ id: "ToolCall" });
export type ToolCall = z.infer<typeof ToolCall>;

export const Citation = z
	.object({
		source: z.string(),
		title: z.string(),
		url: z.string().optional(),
		confidence: z.number().min(0).max(1).meta({ description: "1 where the model's provider itself names the source." }),
	})
	.meta({ id: "Citation" });
export type Citation = z.infer<typeof Citation>;

export const PendingApproval = z
	.object({
		id: z.string(),
		callId: z.string(),
		toolId: z.string(),
		arguments: z.unknown(),
		argumentsHash: z.string().meta({ description: "What a decision is bound to." }),
	})
	.meta({ id: "PendingApproval" });

/** What a finished turn leaves in its run. */
export const TurnResult = z.object({
	response: z.string(),
	toolCalls: z.array(ToolCall),
	citations: z.array(Citation),
	usage: Usage,
	steps: z.number().int(),
	finishReason: z.string(),
	model: z.string(),
	/** What the run waits for. */
	approvals: z.array(PendingApproval).optional(),
	/** Calls of tools that the client itself offered and has to make. */
	clientToolCalls: z.array(z.object({ id: z.string(), name: z.string(), input: z.unknown() })).optional(),
});
export type TurnResult = z.infer<typeof TurnResult>;

export const ExecuteAgentResponse = z
	.object({
		response: z.string(),
		agentId: z.string(),
		sessionId: z.string(),
		executionId: z.string(),
		status: z.enum(runStatuses),
		toolCalls: z.array(ToolCall).optional(),
		citations: z.array(Citation).optional(),
		approvals: z.array(PendingApproval).optional().meta({ description: "Calls that wait until a person allows them." }),
		usage: Usage,
		metadata: z.record(z.string(), z.unknown()),
		traceId: z.string(),
	})
	.meta({ id: "ExecuteAgentResponse" });
export type ExecuteAgentResponse = z.infer<typeof ExecuteAgentResponse>;

export const Execution = z
	.object({
		id: z.string(),
		agentId: z.string(),
		sessionId: z.string(),
		status: z.enum(runStatuses),
		input: z.unknown(),
		output: TurnResult.optional(),
		error: z.object({ code: z.string(), message: z.string() }).optional(),
		usage: Usage.optional(),
		traceId: z.string(),
		startTime: z.iso.datetime(),
		endTime: z.iso.datetime().optional(),
		duration: z.number().int().optional().meta({ description: "Milliseconds." }),
		lastSeq: z.number().int().optional().meta({ description: "Sequence number of its last event." }),
	})
	.meta({ id: "Execution" });
export type Execution = z.infer<typeof Execution>;

export const Session = z
	.object({
		id: z.string(),
		agentId: z.string(),
		ownerId: z.string(),
		title: z.string(),
		status: z.string(),
		messageCount: z.number().int(),
		createdAt: z.iso.datetime(),
		updatedAt: z.iso.datetime(),
	})
	.meta({ id: "Session" });
export type Session = z.infer<typeof Session>;

export const Attachment = z
	.object({ id: z.string(), name: z.string(), type: z.string(), size: z.number().int(), url: z.string() })
	.meta({ id: "Attachment" });
export type Attachment = z.infer<typeof Attachment>;

export const Message = z
	.object({
		id: z.string(),
		role: z.enum(["user", "assistant", "tool", "system"]),
		content: z.string(),
		executionId: z.string(),
		agentId: z.string(),
		toolCalls: z.array(z.object({ id: z.string(), toolId: z.string(), input: z.unknown() })).optional(),
		toolId: z.string().optional(),
		citations: z.array(Citation),
		attachments: z.array(Attachment),
		metadata: z.record(z.string(), z.unknown()),
		timestamp: z.iso.datetime(),
	})
	.meta({ id: "Message" });
export type Message = z.infer<typeof Message>;

export const InstantiateTemplate = z
	.object({ name: agentFields.name.optional(), config: AgentConfigChanges.optional() })
	.meta({ id: "InstantiateTemplate" });
export type InstantiateTemplate = z.infer<typeof InstantiateTemplate>;

export const AgentTemplate = z
	.object({
		id: z.string(),
		ownerId: z.string(),
		name: z.string(),
		description: z.string().nullable(),
		framework: z.enum(frameworks),
		category: z.string(),
		skills: z.array(z.string()),
		defaultConfig: AgentConfig,
		isPublic: z.boolean(),
		createdAt: z.iso.datetime(),
		updatedAt: z.iso.datetime(),
	})
	.meta({ id: "AgentTemplate" });

export const AgentVersion = z
	.object({
		agentId: z.string(),
		version: z.string(),
		name: z.string(),
		framework: z.enum(frameworks),
		config: AgentConfig,
		createdBy: z.string(),
		createdAt: z.iso.datetime(),
	})
	.meta({ id: "AgentVersion" });

export const CreateProvider = z
	.object({
		name: z
			.string()
			.regex(providerNamePattern)
			.refine((name) => name !== "local", "`local` names the built-in models")
			.meta({ description: "Models are addressed `name/model`.", example: "my-server" }),
		kind: z.enum(providerKinds.filter((kind) => kind !== "workers-ai")),
		baseUrl: z.url().max(2_000).optional().meta({ example: "https://models.example.com/v1" }),
		apiKey: z.string().min(1).max(4_000).optional().meta({ description: "Written once, never returned." }),
	})
	.meta({ id: "CreateProvider" });
export type CreateProvider = z.infer<typeof CreateProvider>;

export const Provider = z
	.object({
		id: z.string(),
		name: z.string(),
		kind: z.string(),
		baseUrl: z.string().nullable(),
		hasApiKey: z.boolean(),
		createdAt: z.iso.datetime(),
	})
	.meta({ id: "Provider" });
export type Provider = z.infer<typeof Provider>;
