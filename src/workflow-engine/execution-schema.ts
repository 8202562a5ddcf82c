/** The contract of executions: what of one is shown, and what may be done to it. */
import { z } from "zod";
import { JsonValue } from "#core/json-value";
import { runStatuses } from "#run/run";
import { sized } from "#core/sized";
import { ExecutionOptions, maxInputLength } from "./schema.ts";

export const executionStatuses = ["running", "waiting", "paused", "completed", "failed", "cancelled"] as const;
export type ExecutionStatus = (typeof executionStatuses)[number];

export const nodeStatuses = ["pending", "running", "waiting", "completed", "failed", "skipped"] as const;

const Failure = z.object({ code: z.string(), message: z.string() });

export const NodeState = z
	.object({
		status: z.enum(nodeStatuses),
		input: JsonValue.optional(),
		output: JsonValue.optional(),
		error: z.string().optional(),
		errorCode: z.string().optional(),
		executionTime: z.number().optional().meta({ description: "Milliseconds." }),
		retryCount: z.number().int(),
		iterations: z.number().int().optional().meta({ description: "Rounds of a loop that have begun." }),
		isPartial: z.literal(true).optional().meta({
			description:
				"`input` and `output` are left out: with those of other nodes they are too long. Its events have them.",
		}),
		waitingFor: JsonValue.optional().meta({ description: "What a waiting node waits for." }),
	})
	.meta({ id: "WorkflowNodeState" });
export type NodeState = z.infer<typeof NodeState>;

export const Approval = z
	.object({
		id: z.string(),
		node: z.string(),
		title: z.string(),
		data: JsonValue.optional(),
		argumentsHash: z.string().optional(),
		dueAt: z.string().optional(),
	})
	.meta({ id: "WorkflowApproval" });
export type Approval = z.infer<typeof Approval>;

export const WorkflowExecution = z
	.object({
		executionId: z.string(),
		workflowId: z.string().optional(),
		version: z.string().optional(),
		status: z.enum(executionStatuses),
		currentNode: z.string().optional().meta({ description: "A node that works or waits." }),
		nodeStates: z.record(z.string(), NodeState),
		variables: z.record(z.string(), JsonValue),
		input: z.record(z.string(), JsonValue),
		output: JsonValue.optional(),
		error: Failure.optional(),
		approvals: z.array(Approval).optional().meta({ description: "What waits for a person." }),
		trigger: z.object({ triggerId: z.string(), type: z.string(), cause: z.string() }).optional(),
		parent: z.object({ executionId: z.string(), node: z.string() }).optional(),
		source: z
			.object({ executionId: z.string(), kind: z.enum(["retry", "fork"]), node: z.string().optional() })
			.optional(),
		traceId: z.string(),
		startTime: z.string(),
		endTime: z.string().optional(),
		duration: z.number().optional().meta({ description: "Milliseconds." }),
		lastSeq: z.number().int().meta({ description: "Of the newest event of its stream." }),
	})
	.meta({ id: "WorkflowExecution" });
export type WorkflowExecution = z.infer<typeof WorkflowExecution>;

export const ExecutionSummary = WorkflowExecution.omit({
	nodeStates: true,
	variables: true,
	approvals: true,
	lastSeq: true,
})
	.extend({ runStatus: z.enum(runStatuses).optional() })
	.omit({ runStatus: true })
	.meta({ id: "WorkflowExecutionSummary" });
export type ExecutionSummary = z.infer<typeof ExecutionSummary>;

const JsonObject = z.record(z.string().max(200), JsonValue);

export const GoOnFrom = z
	.object({
		node: z.string().max(100).optional().meta({
			description: "Runs this node and what comes after it again; without it, whatever was not done.",
		}),
		variables: sized(JsonObject, maxInputLength).optional().meta({ description: "Replace those of the same name." }),
		input: sized(JsonObject, maxInputLength).optional(),
		options: ExecutionOptions.partial().optional(),
	})
	.meta({ id: "GoOnFromNode" });
export type GoOnFrom = z.infer<typeof GoOnFrom>;

export const SendEvent = z
	.object({ name: z.string().min(1).max(200), data: sized(JsonValue, 100_000).default(null) })
	.meta({ id: "WorkflowEvent" });
export type SendEvent = z.infer<typeof SendEvent>;
