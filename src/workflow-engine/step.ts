/** One node in one execution of a graph, and the scope in which it stands: the whole workflow, or one round of a loop. */
import type { RunError } from "#run/run";
import type { CompiledGraph, CompiledNode } from "./compiled-graph.ts";

/** `ready`: its turn has come. `waiting`: for a time, an event, a person, or another run. */
export const stepStatuses = ["pending", "ready", "running", "waiting", "completed", "failed", "skipped"] as const;
export type StepStatus = (typeof stepStatuses)[number];

export interface Loop {
	/** Undefined where a condition decides. */
	items?: unknown[];
	/** Index of the round that begins next. */
	next: number;
	/** Rounds that have begun and not ended. */
	open: Set<Scope>;
	results: unknown[];
	/** What the round that ended last ended with. */
	last: unknown;
	/** Of the first round that failed, where that ends the loop. */
	error?: RunError;
}

export interface Step {
	/** The node's id; in a loop's body after the place of the loop: `each[3]/fetch`. */
	path: string;
	compiled: CompiledNode;
	scope: Scope;
	status: StepStatus;
	/** Edges of which it is known whether they are taken. */
	arrived: number;
	/** Ids of the nodes from which it was reached, each once, in the order in which they were done. */
	live: string[];
	/** Attempts that were begun. */
	attempt: number;
	/** Attempts that have failed for a reason that was told, and broken ones. */
	failed: number;
	broken: number;
	/** Those of the failed ones after which another call is made, and not the same again. */
	calls: number;
	/** An attempt was begun, and what became of it is not known. */
	isUntold: boolean;
	/** `argumentsHash` of the call that a person has allowed. */
	approvedHash?: string;
	input?: unknown;
	output?: unknown;
	error?: RunError;
	/** Unix milliseconds. */
	startedAt?: number;
	/** Of the newest attempt. */
	attemptedAt?: number;
	endedAt?: number;
	loop?: Loop;
}

/** What expressions know of a node. */
export interface NodeValue {
	status: StepStatus;
	output: unknown;
	error?: RunError;
}

export interface Scope {
	graph: CompiledGraph;
	/** What comes before the ids of its nodes in their paths. */
	prefix: string;
	/** The loop of which this is a round; undefined for the workflow itself. */
	loop?: Step;
	index: number;
	/** What the first nodes are given. */
	input: unknown;
	/** Of a round. */
	last?: unknown;
	steps: Map<string, Step>;
	/** Nodes that have an outcome, by id. */
	values: Record<string, NodeValue>;
	/** Nodes without an outcome. */
	open: number;
	/** Outcomes of branches that ended, in that order, by node. */
	ends: Array<{ id: string; output: unknown; isEnd: boolean }>;
	/** Nobody waits for it any more. */
	isOver: boolean;
}

/** What came to the step: the output of the node before it, those of several by id, or what its scope was given. */
export function incomingOf(step: Step): unknown {
	const { live, scope } = step;
	if (live.length === 0) return scope.input;
	if (live.length === 1) return valueFrom(scope, live[0]!);
	return Object.fromEntries(live.map((id) => [id, valueFrom(scope, id)]));
}

/** A node's output; of one that has failed, its error. */
export function valueFrom({ values }: Scope, id: string): unknown {
	const value = values[id];
	return value?.error ? { error: value.error } : (value?.output ?? null);
}

/**
 * What the step does can be undone, nobody can stop it, and it is not known whether it is done: that has to be known
 * before an execution that fails has undone everything.
 */
export function isInDoubt({ isUntold, compiled: { node } }: Step): boolean {
	return isUntold && node.compensation !== undefined && (node.type === "tool" || node.type === "http");
}

/** Whether somebody still waits for what the step does. */
export function isWanted({ scope }: Step): boolean {
	for (let at: Scope | undefined = scope; at; at = at.loop?.scope) if (at.isOver) return false;
	return true;
}
