/** The contract of workflows: what people define, and what runs. */
import { z } from "zod";
import { JsonValue } from "#core/json-value";
import { sized } from "#core/sized";
import { dayMs, Edge, Graph, maxAttempts, type Node as AnyNode } from "./node-schema.ts";

export const workflowStatuses = ["draft", "active", "inactive", "archived"] as const;

/** Of a definition and of an input, as JSON. */
export const maxDefinitionLength = 1_000_000;
export const maxInputLength = 1_000_000;
export const maxParallel = 1_000;
export const defaultParallel = 50;
export const defaultTimeoutMs = 7 * dayMs;

const JsonObject = z.record(z.string().max(200), JsonValue);

export const ExecutionOptions = z
	.object({
		timeout: z
			.number()
			.int()
			.min(1)
			.max(366 * dayMs)
			.default(defaultTimeoutMs)
			.meta({
				description: "Milliseconds after which the execution fails, waits and pauses included.",
			}),
		maxRetries: z
			.number()
			.int()
			.min(0)
			.max(maxAttempts - 1)
			.default(0)
			.meta({
				description: "Further attempts at a node that has no `retry` of its own.",
			}),
		parallelLimit: z.number().int().min(1).max(maxParallel).default(defaultParallel).meta({
			description: "Nodes that work at the same time.",
		}),
	})
	.meta({ id: "WorkflowExecutionOptions" });
export type ExecutionOptions = z.infer<typeof ExecutionOptions>;

export type Node = z.infer<typeof AnyNode>;
export type NodeType = Node["type"];
export type NodeOf<Type extends NodeType> = Extract<Node, { type: Type }>;
export type Edge = z.infer<typeof Edge>;
export type Graph = z.infer<typeof Graph>;

const definitionFields = {
	...Graph.shape,
	variables: JsonObject.default({}).meta({ description: "What the variables are at the beginning." }),
	options: ExecutionOptions.prefault({}),
};

/** What an execution does, and keeps to, whatever becomes of the workflow. */
export const Definition = z.object(definitionFields).meta({ id: "WorkflowDefinition" });
export type Definition = z.infer<typeof Definition>;

const workflowFields = {
	name: z.string().trim().min(1).max(200).meta({ example: "Triage" }),
	description: z.string().max(2_000).optional(),
	shared: z.boolean().default(false).meta({ description: "Every user may read and run it." }),
	isTemplate: z.boolean().default(false).meta({ description: "To be copied rather than run." }),
	category: z.string().max(100).default("general"),
};

export const CreateWorkflow = sized(
	z.object({ ...workflowFields, ...definitionFields, status: z.enum(["draft", "active"]).default("active") }),
	maxDefinitionLength,
).meta({ id: "CreateWorkflow" });
export type CreateWorkflow = z.infer<typeof CreateWorkflow>;

export const UpdateWorkflow = sized(
	z.object({
		name: workflowFields.name.optional(),
		description: workflowFields.description,
		shared: z.boolean().optional(),
		isTemplate: z.boolean().optional(),
		category: z.string().max(100).optional(),
		status: z.enum(workflowStatuses).optional(),
		nodes: definitionFields.nodes.optional(),
		edges: z.array(Edge).optional(),
		variables: JsonObject.optional(),
		options: ExecutionOptions.optional(),
	}),
	maxDefinitionLength,
).meta({ id: "UpdateWorkflow" });
export type UpdateWorkflow = z.infer<typeof UpdateWorkflow>;

export const Workflow = z
	.object({
		id: z.string(),
		name: z.string(),
		description: z.string().optional(),
		status: z.enum(workflowStatuses),
		version: z.string().meta({ example: "1.0.3", description: "Grows with every change of the definition." }),
		category: z.string(),
		shared: z.boolean(),
		isTemplate: z.boolean(),
		definition: Definition,
		createdBy: z.string(),
		createdAt: z.string(),
		updatedAt: z.string(),
	})
	.meta({ id: "Workflow" });
export type Workflow = z.infer<typeof Workflow>;

export const WorkflowSummary = Workflow.omit({ definition: true })
	.extend({ nodeCount: z.number().int() })
	.meta({ id: "WorkflowSummary" });
export type WorkflowSummary = z.infer<typeof WorkflowSummary>;

export const WorkflowVersion = z
	.object({
		version: z.string(),
		name: z.string(),
		definition: Definition,
		createdBy: z.string(),
		createdAt: z.string(),
	})
	.meta({ id: "WorkflowVersion" });

export const GraphProblem = z
	.object({
		nodeId: z.string().optional().meta({ description: "Of a node in a loop's body: `loop/node`." }),
		edgeId: z.string().optional(),
		pointer: z.string().meta({ description: "A JSON Pointer (RFC 6901) into the body." }),
		detail: z.string(),
	})
	.meta({ id: "WorkflowProblem" });
export type GraphProblem = z.infer<typeof GraphProblem>;

export const Validation = z
	.object({ valid: z.boolean(), errors: z.array(GraphProblem) })
	.meta({ id: "WorkflowValidation" });
export type Validation = z.infer<typeof Validation>;

export const InstantiateWorkflow = z
	.object({ name: workflowFields.name.optional(), variables: JsonObject.optional() })
	.meta({ id: "InstantiateWorkflow" });
export type InstantiateWorkflow = z.infer<typeof InstantiateWorkflow>;

export const ExecuteWorkflow = z
	.object({
		workflowId: z
			.string()
			.min(1)
			.max(200)
			.optional()
			.meta({ description: "A stored workflow, or a name for the graph." }),
		version: z.string().max(20).optional().meta({ description: "Of the stored workflow; its newest without it." }),
		input: sized(JsonObject, maxInputLength).default({}),
		nodes: Graph.shape.nodes.optional().meta({ description: "The graph to run, instead of a stored workflow's." }),
		edges: z.array(Edge).optional(),
		variables: sized(JsonObject, maxInputLength).optional(),
		options: ExecutionOptions.partial().optional(),
	})
	.meta({ id: "ExecuteWorkflow" });
export type ExecuteWorkflow = z.infer<typeof ExecuteWorkflow>;
