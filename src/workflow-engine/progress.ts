/**
 * How far an execution is: its plan, and what its steps wait for. A fold over the events of its log, so that whatever
 * is lost in a crash is there again when they have been read once more.
 */
import type { RunError } from "#run/run";
import type { NewEvent } from "#run/run-log";
import type { CompiledGraph } from "./compiled-graph.ts";
import type { Approval } from "./execution-schema.ts";
import { Plan, type PlanInput } from "./plan.ts";
import type { Step } from "./step.ts";

/** Why a step that has begun is not working. */
export type Waiting =
	| { for: "time" | "retry"; dueAt: number }
	| { for: "event"; event: string; dueAt?: number }
	/** `allows`: the call of a tool, which is made when it is allowed. */
	| { for: "approval"; approval: Approval; dueAt: number; allows?: "call" }
	/** A run elsewhere, that is asked again at `dueAt`; `approvals` are what it waits for itself. */
	| { for: "agent" | "workflow"; executionId: string; approvals: Approval[]; dueAt: number };

export interface Ending {
	status: "failed" | "cancelled";
	error?: RunError;
}

/** A step that nobody waits for any more, and the run elsewhere that works for it. */
export interface DroppedStep {
	step: Step;
	executionId: string | undefined;
}

export interface SentEvent {
	name: string;
	data: unknown;
}

export class Progress {
	readonly plan: Plan;
	/** By the path of the step. */
	readonly waiting = new Map<string, Waiting>();
	/** Runs elsewhere that work for a step, by its path. */
	readonly calls = new Map<string, string>();
	/** Events for which nothing has waited yet. */
	readonly inbox: SentEvent[] = [];
	readonly undone = new Set<string>();
	/** Steps at work that a loop has given up, since somebody asked. */
	#dropped: DroppedStep[] = [];
	isPaused = false;
	/** The execution is over but for what has to be undone. */
	ending?: Ending;
	events = 0;

	constructor(graph: CompiledGraph, input: PlanInput) {
		this.plan = new Plan(graph, input, (step) => this.#drop(step));
	}

	/** `at`: Unix milliseconds. */
	apply({ type, data = {} }: NewEvent, at: number): void {
		this.events++;
		const { plan } = this;
		const node = data["node"] as string;
		switch (type) {
			case "node.started":
				this.#stopWaiting(node);
				return this.#started(node, data, at);
			case "node.called":
				this.calls.set(node, data["executionId"] as string);
				return;
			case "node.waiting":
				return this.#wait(node, data["waiting"] as Waiting, at);
			case "node.allowed":
				return this.#allow(node, data["argumentsHash"] as string);
			case "node.retrying":
				return this.#retrying(node, data, at);
			case "node.completed":
				this.#leave(node);
				if (plan.isWanted(node)) Object.assign(plan.variables, data["variables"]);
				return plan.complete(node, data["output"], at, data["taken"] as string[] | undefined);
			case "node.failed":
				this.#leave(node);
				return plan.fail(
					...([node, data["error"] as RunError, at] as const),
					data["mayBeDone"] === true ? { output: data["output"] ?? null } : undefined,
				);
			case "loop.iterated":
				return plan.iterate(node);
			case "event.received":
				this.inbox.push({ name: data["name"] as string, data: data["data"] });
				return;
			case "event.taken":
				this.inbox.splice(
					this.inbox.findIndex(({ name }) => name === data["name"]),
					1,
				);
				return;
			case "variables.changed":
				Object.assign(plan.variables, data["variables"]);
				return;
			case "execution.paused":
				this.isPaused = true;
				return;
			case "execution.resumed":
				this.isPaused = false;
				return;
			case "execution.ending":
				this.ending = data as unknown as Ending;
				return;
			case "compensation.completed":
			case "compensation.failed":
				this.undone.add(node);
				return;
		}
	}

	/** Each is told once. */
	takeDropped(): DroppedStep[] {
		const dropped = this.#dropped;
		this.#dropped = [];
		return dropped;
	}

	/** All that is left waits. */
	get isWaiting(): boolean {
		if (this.waiting.size === 0 || this.plan.ready || this.plan.outcome || this.ending) return false;
		return this.plan.unfinished().length === 0;
	}

	/** What waits for a person. */
	get approvals(): Approval[] {
		return [...this.waiting.values()].flatMap((waiting) => {
			if (waiting.for === "approval") return [waiting.approval];
			return "approvals" in waiting ? waiting.approvals : [];
		});
	}

	#started(node: string, data: Record<string, unknown>, at: number): void {
		this.plan.start(node, at, data["items"] as unknown[] | undefined);
		const step = this.plan.find(node);
		if (step && data["input"] !== undefined) step.input = data["input"];
	}

	#retrying(node: string, data: Record<string, unknown>, at: number): void {
		const step = this.plan.find(node);
		if (!step) return;
		this.plan.wait(node, at);
		step.error = data["error"] as RunError;
		if (data["isBroken"] === true) step.broken++;
		else step.failed++;
		step.isUntold = data["isBroken"] === true;
		if (data["isAnother"] === true) {
			step.calls++;
			this.calls.delete(node);
		}
		this.waiting.set(node, { for: "retry", dueAt: data["dueAt"] as number });
	}

	#wait(node: string, waiting: Waiting, at: number): void {
		this.plan.wait(node, at);
		this.waiting.set(node, waiting);
		const step = this.plan.find(node);
		// Nothing was begun that only was asked for.
		if (step && waiting.for === "approval") step.isUntold = false;
		if ("executionId" in waiting) this.calls.set(node, waiting.executionId);
	}

	/** The call is made again that was refused: it was no attempt. */
	#allow(node: string, argumentsHash: string): void {
		const step = this.plan.find(node);
		if (!step) return;
		this.waiting.delete(node);
		step.approvedHash = argumentsHash;
		step.attempt--;
		this.plan.again(node);
	}

	#drop(step: Step): void {
		const executionId = this.calls.get(step.path);
		this.#leave(step.path);
		if (executionId !== undefined || step.status === "running") this.#dropped.push({ step, executionId });
	}

	#stopWaiting(node: string): void {
		this.waiting.delete(node);
	}

	#leave(node: string): void {
		this.waiting.delete(node);
		this.calls.delete(node);
	}
}
