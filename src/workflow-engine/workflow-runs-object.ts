/**
 * Workflow executions, to those who begin, watch and steer them. Each owner has a few such objects: a new database file
 * for each execution would cost ten times what it does. What one execution does is `Execution`.
 */
import { type Caller, canWrite } from "#core/caller";
import { AppError } from "#core/errors";
import type { DecideApproval } from "#run/decide-approval";
import { homeOf } from "#run/run-id";
import { isSettled, isTerminal } from "#run/run";
import { callerOfUpgrade } from "#run/upgrade-request";
import type { ExecutionStatus, GoOnFrom, NodeState, SendEvent, WorkflowExecution } from "./execution-schema.ts";
import type { Execution } from "./execution.ts";
import { currentNode, executionStatus, executionView } from "./execution-view.ts";
import { maxInbox, maxOpenCharacters, maxOpenRuns } from "./limits.ts";
import type { Waiting } from "./progress.ts";
import { checkRun } from "./pinned-run.ts";
import { recordsBefore } from "./records-before.ts";
import type { Definition } from "./schema.ts";
import type { Step } from "./step.ts";
import { WorkflowDriver } from "./workflow-driver.ts";
import type { WorkflowRun, WorkflowRunInput, WorkflowRunRequest } from "./workflow-run.ts";

export interface ExecutionActivity {
	status: ExecutionStatus;
	/** Unix milliseconds. */
	lastEventAt: number;
	currentNode?: string;
}

/** For whoever only passes the execution on: as a text it costs a tenth of what it does as an object. */
export interface ToldExecution extends Pick<WorkflowExecution, "executionId" | "status"> {
	/** It has ended, or waits for somebody. */
	isSettled: boolean;
	/** The `WorkflowExecution`. */
	json: string;
}

export class WorkflowRuns extends WorkflowDriver {
	/** Records the execution; a second time with the same id changes nothing. Throws `limit_exceeded`. */
	async start(caller: Caller, id: string, request: WorkflowRunRequest): Promise<void> {
		this.#start(caller, id, request);
		this.readable(caller, id);
	}

	/** `start`, and the execution once it is settled, or as it is after `ms`. */
	async startAndSettle(caller: Caller, id: string, request: WorkflowRunRequest, ms: number): Promise<ToldExecution> {
		this.#start(caller, id, request);
		const run = await this.settled(caller, id, ms);
		const execution = this.#view(run);
		const { status } = execution;
		return { executionId: id, status, isSettled: isSettled(run.status), json: JSON.stringify(execution) };
	}

	async state(caller: Caller, id: string): Promise<WorkflowExecution> {
		return this.#view(this.readable(caller, id));
	}

	async settledState(caller: Caller, id: string, ms: number): Promise<WorkflowExecution> {
		return this.#view(await this.settled(caller, id, ms));
	}

	/** The graph that it runs, and how far its nodes are. */
	async graph(caller: Caller, id: string): Promise<{ definition: Definition; nodeStates: Record<string, NodeState> }> {
		const run = this.readable(caller, id);
		const { definition } = this.definitions.get(run.input.definitionId);
		return { definition, nodeStates: this.#view(run).nodeStates };
	}

	/** What it does now, and since when nothing has happened: Unix milliseconds. */
	async activity(caller: Caller, id: string): Promise<ExecutionActivity> {
		const run = this.readable(caller, id);
		const progress = isTerminal(run.status) ? undefined : this.progressOf(run);
		const [newest] = this.log.read(id, run.lastSeq - 1, 1);
		return {
			status: executionStatus(run, progress),
			lastEventAt: newest ? Date.parse(newest.at) : run.startedAt,
			...(progress && { currentNode: currentNode(progress) }),
		};
	}

	/** Ends the execution, unless it has ended; what has to be undone is undone first. */
	async cancelled(caller: Caller, id: string): Promise<WorkflowExecution> {
		const run = this.readable(caller, id);
		if (!isTerminal(run.status)) {
			const hasEnded = this.executionOf(run).end({ status: "cancelled" });
			if (hasEnded) this.ended(id);
			else this.rouse(id);
		}
		return await this.state(caller, id);
	}

	/** Nothing new begins; what works is finished. Throws `conflict` for what has ended. */
	async pause(caller: Caller, id: string): Promise<WorkflowExecution> {
		const { execution } = this.#open(caller, id);
		if (!execution.progress.isPaused) {
			execution.apply([{ type: "execution.paused", data: { by: caller.userId } }]);
			// One that waits already is only shown otherwise.
			this.rouse(id);
		}
		return await this.state(caller, id);
	}

	async resume(caller: Caller, id: string): Promise<WorkflowExecution> {
		const { execution } = this.#open(caller, id);
		if (!execution.progress.isPaused) throw new AppError("conflict", "The execution is not paused.");
		execution.apply([{ type: "execution.resumed", data: { by: caller.userId } }]);
		this.rouse(id);
		return await this.state(caller, id);
	}

	/** Gives an event to the nodes that wait for it, or keeps it for the first that will. */
	async sendEvent(caller: Caller, id: string, { name, data }: SendEvent): Promise<WorkflowExecution> {
		const { execution } = this.#open(caller, id);
		const { waiting, plan, inbox } = execution.progress;
		const steps = [...waiting].flatMap(([path, waits]) => {
			const step = plan.find(path);
			return step && waits.for === "event" && waits.event === name ? [step] : [];
		});
		if (steps.length === 0) {
			if (inbox.length >= maxInbox) throw new AppError("limit_exceeded", "Too many events wait to be taken.");
			execution.apply([{ type: "event.received", data: { name, data } }]);
		}
		for (const step of steps) execution.settleWaiting(step, { output: data });
		this.rouse(id);
		return await this.state(caller, id);
	}

	/**
	 * Decides what a node waits for, or a run that works for it, once. Throws `not_found`, and `conflict` for what was
	 * decided or altered.
	 */
	async decide(caller: Caller, id: string, approvalId: string, decided: DecideApproval): Promise<WorkflowExecution> {
		const { run, execution } = this.#open(caller, id);
		const found = this.#waitingFor(execution.progress.waiting, approvalId);
		if (!found) throw this.#noApproval(run, approvalId);
		const [path, waiting] = found;
		const step = execution.progress.plan.find(path)!;
		if (waiting.for === "approval") this.#settleApproval(execution, step, waiting, caller, decided);
		else {
			await this.#decideElsewhere(caller, waiting, approvalId, decided);
			// It may have been read anew from the log meanwhile.
			const waits = this.executionOf(run).progress.waiting.get(path);
			if (waits) waits.dueAt = 0;
		}
		this.rouse(id);
		return await this.state(caller, id);
	}

	/**
	 * Begins `newId` with what the execution has recorded. Throws `conflict` where a retry is asked of one that goes on or
	 * went well, and `invalid_input` for a node that there is not, or an input that does not fit. Whoever asks for it, it
	 * is its owner's and acts as he does.
	 */
	async goOn(
		caller: Caller,
		id: string,
		newId: string,
		kind: "retry" | "fork",
		from: GoOnFrom,
	): Promise<WorkflowExecution> {
		const source = this.readable(caller, id);
		if (!this.log.find(newId)) {
			if (kind === "retry" && source.status !== "failed" && source.status !== "cancelled") {
				throw new AppError(
					"conflict",
					"Only an execution that has failed or was cancelled is tried again; fork others.",
				);
			}
			if (source.trimmedSeq > 0) throw new AppError("not_found", "What the execution recorded is past its retention.");
			const { definitionId, workflowId, version, depth } = source.input;
			const { definition, graph } = this.definitions.get(definitionId);
			const options = { ...source.input.options, ...from.options };
			const input: WorkflowRunInput = {
				...{ workflowId, version, depth, definitionId, options },
				...{ input: from.input ?? source.input.input, variables: source.input.variables },
				source: { executionId: id, kind, ...(from.node !== undefined && { node: from.node }) },
			};
			checkRun(definition, input);
			const records = recordsBefore(graph, this.log.read(id, 0, Number.MAX_SAFE_INTEGER), from.node);
			if (from.variables) records.push({ type: "variables.changed", data: { variables: from.variables } });
			const refuse = () => this.#fullness();
			const started = { type: "run.started", data: { workflowId, version, source: input.source, by: caller.userId } };
			const asOwner = { ...caller, userId: source.caller.userId, role: source.caller.role };
			this.begin({ id: newId, caller: asOwner, status: "queued", input }, [started, ...records], { refuse });
		}
		return this.#view(this.readable(caller, newId));
	}

	/** An execution that a node waits for has ended, or waits for a person. */
	async childEnded(id: string, childId: string): Promise<void> {
		const run = this.log.find(id);
		if (!run || isTerminal(run.status)) return;
		for (const waiting of this.executionOf(run).progress.waiting.values()) {
			if (waiting.for === "workflow" && waiting.executionId === childId) waiting.dueAt = 0;
		}
		this.rouse(id);
	}

	override async fetch(request: Request): Promise<Response> {
		return this.acceptRunSocket(callerOfUpgrade(request), request);
	}

	#start(caller: Caller, id: string, { definition, ...input }: WorkflowRunRequest): void {
		const { workflowId, version, trigger } = input;
		const data = { ...(workflowId && { workflowId }), ...(version && { version }), ...(trigger && { trigger }) };
		const refuse = () => this.#fullness();
		const alongside = () => this.definitions.add(input.definitionId, definition);
		this.begin({ id, caller, status: "queued", input }, [{ type: "run.started", data }], { refuse, alongside });
	}

	#open(caller: Caller, id: string) {
		const run = this.readable(caller, id);
		if (!canWrite(caller, { ownerId: run.caller.userId }) && caller.userId !== run.caller.userId) {
			throw new AppError("not_found", "There is no such execution.");
		}
		if (isTerminal(run.status)) throw new AppError("conflict", "The execution has ended.");
		const execution = this.executionOf(run);
		if (execution.progress.ending) throw new AppError("conflict", "The execution is ending.");
		return { run, execution };
	}

	#waitingFor(waiting: Map<string, Waiting>, approvalId: string): [string, Waiting] | undefined {
		return [...waiting].find(([, waits]) => {
			if (waits.for === "approval") return waits.approval.id === approvalId;
			return "approvals" in waits && waits.approvals.some(({ id }) => id === approvalId);
		});
	}

	/** What was decided is told apart from what never was. */
	#noApproval(run: WorkflowRun, approvalId: string): AppError {
		const wasAsked = this.log.read(run.id, 0, Number.MAX_SAFE_INTEGER).some(({ type, data }) => {
			const waiting = type === "node.waiting" ? (data["waiting"] as Waiting) : undefined;
			return waiting !== undefined && this.#waitingFor(new Map([["", waiting]]), approvalId) !== undefined;
		});
		if (wasAsked) return new AppError("conflict", "This was decided already.");
		return new AppError("not_found", "There is no such approval.");
	}

	#settleApproval(
		execution: Execution,
		step: Step,
		{ approval, allows }: Waiting & { for: "approval" },
		caller: Caller,
		{ decision, argumentsHash = approval.argumentsHash, reason }: DecideApproval,
	): void {
		if (argumentsHash !== approval.argumentsHash) {
			throw new AppError("conflict", "The decision is about something else than this.");
		}
		if (decision === "approve" && allows) {
			execution.apply([{ type: "node.allowed", data: { node: step.path, argumentsHash, by: caller.userId } }]);
		} else if (decision === "approve") {
			execution.settleWaiting(step, { output: { approved: true, by: caller.userId, reason: reason ?? null } });
		} else {
			execution.settleWaiting(step, { error: { code: "approval_denied", message: reason ?? "It was not approved." } });
		}
	}

	async #decideElsewhere(caller: Caller, waiting: Waiting, approvalId: string, decided: DecideApproval): Promise<void> {
		if (waiting.for === "agent") await this.agents.decide(caller, waiting.executionId, approvalId, decided);
		if (waiting.for === "workflow") {
			await this.homeNamed(homeOf(waiting.executionId)).decide(caller, waiting.executionId, approvalId, decided);
		}
	}

	#view(run: WorkflowRun): WorkflowExecution {
		const isPast = run.trimmedSeq > 0;
		const isWhole = isTerminal(run.status) && (isPast || (run.result !== undefined && !run.result.isPartial));
		return executionView(run, isWhole ? undefined : this.progressOf(run));
	}

	#fullness(): AppError | undefined {
		const { runs, characters } = this.log.load();
		if (runs < maxOpenRuns && characters < maxOpenCharacters) return undefined;
		return new AppError("limit_exceeded", "Too many of your executions have not ended; wait for some, or cancel them.");
	}
}
