/** An execution of a workflow: what it was asked, and what came of it. */
import type { Run } from "#run/run";
import type { NodeState } from "./execution-schema.ts";
import type { ExecutionOptions } from "./schema.ts";

export interface WorkflowRunInput {
	/** Of the stored workflow, or the name that its sender gave to a graph. */
	workflowId?: string;
	version?: string;
	/** Of the definition that is pinned: what becomes of the workflow changes nothing here. */
	definitionId: string;
	options: ExecutionOptions;
	input: Record<string, unknown>;
	/** In place of the definition's. */
	variables?: Record<string, unknown>;
	/** What began it, where that was no person. */
	trigger?: TriggeredBy;
	/** The execution whose node waits for this one. */
	parent?: { executionId: string; node: string };
	/** How many executions stand above this one, as parents or as what triggered it. */
	depth?: number;
	/** The execution from which recorded results were taken. */
	source?: { executionId: string; kind: "retry" | "fork"; node?: string };
}

/** With the definition itself, as JSON: it is kept once for all the executions of an object that pin it. */
export interface WorkflowRunRequest extends WorkflowRunInput {
	definition: string;
}

export interface TriggeredBy {
	triggerId: string;
	type: "schedule" | "webhook" | "event";
	/** When a schedule was due, ISO 8601; the id of a webhook's message; the execution whose end it was. */
	cause: string;
}

export interface WorkflowResult {
	output: unknown;
	variables: Record<string, unknown>;
	nodeStates: Record<string, NodeState>;
	/** The states lack what the nodes gave: together it is too long for one row. */
	isPartial?: boolean;
}

export type WorkflowRun = Run<WorkflowRunInput, WorkflowResult>;
