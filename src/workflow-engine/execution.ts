/**
 * An execution at work: takes the steps whose turn has come, records what becomes of them, and goes on. What is recorded
 * in one turn is one commit, and no call leaves before the record that it was begun. Whatever it knows is in its
 * `Progress`, and so in the log.
 */
import type { Caller } from "#core/caller";
import { AppError, asAppError } from "#core/errors";
import type { Span, SpanAttributes } from "#core/telemetry";
import { unlessAborted } from "#core/unless-aborted";
import type { NewEvent } from "#run/run-log";
import type { RunError } from "#run/run";
import type { RunChange } from "#run/run-rows";
import { beginStep, waitingEvent } from "./begin-step.ts";
import {
	abandonStep,
	askAgainMs,
	callStep,
	type StepCall,
	type StepEffects,
	type StepOutcome,
	stepTimeout,
} from "./call-step.ts";
import { completeStep } from "./complete-step.ts";
import { expressionScope } from "./expression-scope.ts";
import { fill } from "./expressions/template.ts";
import { maxEvents } from "./limits.ts";
import type { Ending, Progress, Waiting } from "./progress.ts";
import { isAnotherCall, retryDelay } from "./retry-delay.ts";
import { incomingOf, isWanted, type Step } from "./step.ts";
import type { StepRequest } from "./step-request.ts";
import { workflowResult } from "./workflow-result.ts";
import type { WorkflowRun } from "./workflow-run.ts";

export interface ExecutionHost {
	effects: StepEffects;
	/** Appends to the log of the run; throws where the run has ended. */
	record(events: NewEvent[], change?: RunChange): void;
	/** Keeps work alive that nobody waits for. */
	background(work: Promise<unknown>): void;
}

interface Arrival {
	step: Step;
	outcome?: StepOutcome;
	thrown?: unknown;
}

/** Steps in one commit, after which others have their turn. */
const sliceLength = 200;
/** A shorter wait is not worth leaving memory for. */
const lingerMs = 5_000;
const undoAttempts = 4;

export class Execution {
	readonly progress: Progress;
	readonly #run: WorkflowRun;
	readonly #host: ExecutionHost;
	/** Of the stretch of work under way. */
	#span!: Span;
	readonly #calls = new Map<string, { call: StepCall; stop: AbortController }>();
	readonly #arrived: Arrival[] = [];
	#batch: NewEvent[] = [];
	#launches: Array<() => void> = [];
	#wake: (() => void) | undefined;
	#hasEnded = false;

	constructor(run: WorkflowRun, progress: Progress, host: ExecutionHost) {
		this.#run = run;
		this.progress = progress;
		this.#host = host;
	}

	/** Goes on until the execution has ended, or waits for what may take long: then when it is due, Unix milliseconds. */
	async drive(signal: AbortSignal, span: Span): Promise<{ dueAt: number | undefined } | undefined> {
		this.#span = span;
		const stop = () => this.#stopCalls();
		signal.addEventListener("abort", stop, { once: true });
		if (!this.progress.ending) this.#beginAgain();
		try {
			for (;;) {
				signal.throwIfAborted();
				if (this.#hasEnded) return undefined;
				this.#takeArrived();
				this.#takeDue();
				const isOpen = !this.progress.ending && !this.progress.isPaused;
				if (isOpen) this.#takeReady();
				if (this.#settle()) return undefined;
				if (this.progress.ending) return await this.#undo();
				if (isOpen && this.#mayTake()) await scheduler.wait(0);
				else if (this.#arrived.length === 0) {
					const dueAt = this.#dueAt();
					if (this.#calls.size === 0 && !(dueAt - Date.now() <= lingerMs)) {
						return { dueAt: dueAt === Infinity ? undefined : dueAt };
					}
					await this.#changed(dueAt - Date.now());
				}
			}
		} finally {
			signal.removeEventListener("abort", stop);
		}
	}

	/** What was under way when the record ends: a crash has cut it off. */
	#beginAgain(): void {
		for (const step of this.progress.plan.unfinished()) if (!this.#calls.has(step.path)) this.#begin(step);
	}

	/** Something has changed from outside. */
	wake(): void {
		this.#wake?.();
	}

	/** Records what was decided or sent from outside. */
	apply(events: NewEvent[]): void {
		for (const event of events) this.#apply(event);
		this.#commit();
		this.wake();
	}

	/** Ends it; what has to be undone is undone before. Whether it has ended with that. */
	end(ending: Ending): boolean {
		if (this.progress.ending || this.#hasEnded) return this.#hasEnded;
		this.#apply({ type: "execution.ending", data: { ...ending } });
		this.#stopCalls();
		const hasEnded = this.#settle();
		this.wake();
		return hasEnded;
	}

	/** A step that waits is done, as `output` says, or has failed. */
	settleWaiting(step: Step, settled: { output: unknown } | { error: RunError }): void {
		if ("output" in settled) this.#complete(step, settled.output);
		else this.#apply(failedEvent(step, settled.error));
		this.#commit();
		this.wake();
	}

	#takeReady(): void {
		for (let taken = 0; taken < sliceLength && this.#mayTake(); taken++) this.#begin(this.progress.plan.ready!);
	}

	#mayTake(): boolean {
		const { ready } = this.progress.plan;
		if (!ready || this.progress.plan.outcome) return false;
		const { parallelLimit } = this.#run.input.options;
		return this.#calls.size + this.#launches.length < parallelLimit;
	}

	#begin(step: Step): void {
		try {
			const { events, request } = beginStep(this.progress, step);
			for (const event of events) this.#apply(event);
			// Its turn is over, though nothing is recorded.
			if (request && events.length === 0) step.status = "running";
			if (request) this.#launches.push(() => this.#launch(step, request));
			else if (step.status === "completed") this.#span.instant(spanName(step), spanAttributes(step));
		} catch (error) {
			this.#failed(step, error);
		}
	}

	#takeArrived(): void {
		for (let arrival = this.#arrived.shift(); arrival; arrival = this.#arrived.shift()) {
			const { step, outcome, thrown } = arrival;
			if (!isWanted(step) || this.progress.plan.find(step.path) !== step) continue;
			if (!outcome) this.#failed(step, thrown);
			else if ("output" in outcome) this.#complete(step, outcome.output);
			else this.#waitFor(step, outcome.waiting);
		}
	}

	/** Whoever is asked again, and waits for the same, has nothing new to tell. */
	#waitFor(step: Step, waiting: Waiting): void {
		const before = this.progress.waiting.get(step.path);
		if (before && JSON.stringify({ ...before, dueAt: 0 }) === JSON.stringify({ ...waiting, dueAt: 0 })) {
			if (waiting.dueAt !== undefined) before.dueAt = waiting.dueAt;
		} else this.#apply(waitingEvent(step, waiting));
	}

	#takeDue(): void {
		const now = Date.now();
		const { options } = this.#run.input;
		if (!this.progress.ending && now >= this.#run.startedAt + options.timeout) {
			const message = `The execution did not end within ${options.timeout} ms.`;
			this.#apply({ type: "execution.ending", data: { status: "failed", error: { code: "limit_exceeded", message } } });
			this.#stopCalls();
		}
		if (this.progress.isPaused || this.progress.ending) return;
		for (const [path, waiting] of this.progress.waiting) {
			const step = this.progress.plan.find(path);
			if (!step || !isWanted(step)) this.progress.waiting.delete(path);
			else if (waiting.dueAt !== undefined && waiting.dueAt <= now) this.#due(step, waiting);
		}
	}

	#due(step: Step, waiting: Waiting): void {
		switch (waiting.for) {
			case "time":
				return this.#complete(step, incomingOf(step));
			case "retry":
				this.progress.waiting.delete(step.path);
				return this.progress.plan.again(step.path);
			case "event":
				return this.#apply(
					failedEvent(step, { code: "limit_exceeded", message: `No event "${waiting.event}" came in time.` }),
				);
			case "approval":
				return this.#apply(failedEvent(step, { code: "approval_denied", message: "Nobody has decided in time." }));
			case "agent":
			case "workflow":
				// Asked as long as it waits, but once at a time.
				if (this.#calls.has(step.path)) return;
				waiting.dueAt = Date.now() + askAgainMs;
				this.#launches.push(() => this.#launch(step, step.input as StepRequest));
		}
	}

	#complete(step: Step, output: unknown): void {
		try {
			this.#apply(completeStep(this.progress, step, output));
		} catch (error) {
			this.#failed(step, error);
		}
	}

	#failed(step: Step, thrown: unknown): void {
		const known = asAppError(thrown);
		if (!known) console.error("a step broke", this.#run.id, step.path, thrown);
		const code = known?.code ?? "internal_error";
		const message = known?.message ?? "Something went wrong here; the trace id names it in the logs.";
		const delay = retryDelay(step, thrown, this.#run.input.options);
		if (delay === undefined || step.input === undefined) return this.#apply(failedEvent(step, { code, message }));
		const isAnother = isAnotherCall((step.input as StepRequest).type, thrown);
		const data = { attempt: step.attempt + 1, dueAt: Date.now() + delay, isBroken: !known, isAnother };
		this.#apply({ type: "node.retrying", data: { node: step.path, error: { code, message }, ...data } });
	}

	#launch(step: Step, request: StepRequest): void {
		const { path } = step;
		const { id, caller } = this.#run;
		const span = this.#span.child(spanName(step), { attributes: spanAttributes(step) });
		const stop = new AbortController();
		const executionId = this.progress.calls.get(path);
		const key = stepKey(id, step);
		const call: StepCall = {
			...{ node: path, request, signal: stop.signal, ...(executionId && { executionId }) },
			caller: { ...caller, idempotencyKey: key, traceparent: span.traceparent },
			called: (executionId) => {
				call.executionId = executionId;
				this.#apply({ type: "node.called", data: { node: path, executionId } });
				this.#commit();
			},
		};
		this.#calls.set(path, { call, stop });
		const { timeout } = step.compiled.node;
		const timer = timeout && setTimeout(() => stop.abort(stepTimeout(timeout)), timeout);
		const arrive = (arrival: Arrival) => {
			if (timer) clearTimeout(timer);
			span.end();
			if (this.#calls.get(path)?.call === call) this.#calls.delete(path);
			this.#arrived.push(arrival);
			this.wake();
		};
		unlessAborted(callStep(this.#host.effects, call), stop.signal).then(
			(outcome) => arrive({ step, outcome }),
			(thrown: unknown) => {
				span.fail(asAppError(thrown)?.code ?? "internal_error");
				if (stop.signal.aborted) this.#abandon(call);
				arrive({ step, thrown });
			},
		);
	}

	/** Steps whose result nobody waits for any more. */
	#stopCalls(): void {
		const stopped = new AppError("cancelled", "Nobody waits for the step any more.");
		for (const { stop } of this.#calls.values()) stop.abort(stopped);
	}

	#stopUnwanted(): void {
		for (const [path, { stop }] of this.#calls) {
			const step = this.progress.plan.find(path);
			if (!step || !isWanted(step)) stop.abort(new AppError("cancelled", "Nobody waits for the step any more."));
		}
	}

	#abandon(call: StepCall): void {
		this.#host.background(
			abandonStep(this.#host.effects, call).catch((error: unknown) =>
				console.error("a step goes on", call.node, error),
			),
		);
	}

	/** Records what there is, and with it the end, where nothing is to be undone. Whether it has ended. */
	#settle(): boolean {
		const { plan } = this.progress;
		if (this.#hasEnded) return true;
		if (!this.progress.ending && this.progress.events > maxEvents) {
			const error = { code: "limit_exceeded", message: `The execution took more than ${maxEvents} events.` };
			this.#apply({ type: "execution.ending", data: { status: "failed", error } });
		}
		if (!this.progress.ending && plan.outcome && "error" in plan.outcome) {
			this.#apply({ type: "execution.ending", data: { status: "failed", error: plan.outcome.error } });
		}
		if (this.progress.ending) this.#stopCalls();
		else this.#stopUnwanted();
		const isDone = this.progress.ending ? this.#toUndo().length === 0 : plan.outcome !== undefined;
		if (!isDone) {
			this.#commit();
			return false;
		}
		this.#hasEnded = true;
		const { status, error } = this.progress.ending ?? { status: "completed" as const, error: undefined };
		const result = workflowResult(this.progress);
		const event = status === "completed" ? { output: result.output } : { ...error };
		this.#batch.push({ type: `run.${status}`, data: event });
		this.#launches = [];
		this.#commit({ status, result, ...(error && { error }) });
		return true;
	}

	#toUndo(): Step[] {
		return this.progress.plan.undoable.filter(({ path }) => !this.progress.undone.has(path)).toReversed();
	}

	/** Undoes what was done, the last first; what cannot be undone is recorded, and the rest undone all the same. */
	async #undo(): Promise<undefined> {
		for (const step of this.#toUndo()) {
			const node = step.path;
			try {
				const output = await this.#undoStep(step);
				this.#apply({ type: "compensation.completed", data: { node, output: output ?? null } });
			} catch (thrown) {
				const known = asAppError(thrown);
				if (!known) console.error("a compensation broke", this.#run.id, node, thrown);
				const error = {
					code: known?.code ?? "internal_error",
					message: known?.message ?? "Something went wrong here.",
				};
				this.#apply({ type: "compensation.failed", data: { node, error } });
			}
			if (this.#settle()) return;
		}
	}

	async #undoStep(step: Step): Promise<unknown> {
		const { toolId, parameters } = step.compiled.node.compensation!;
		const span = this.#span.child(`undo ${step.compiled.node.type}`, { attributes: spanAttributes(step) });
		const scope = expressionScope(this.progress, step, { output: step.output });
		const caller: Caller = { ...this.#run.caller, traceparent: span.traceparent };
		try {
			for (let attempt = 1; ; attempt++) {
				try {
					const idempotencyKey = `${stepKey(this.#run.id, step)}:undo${attempt > 1 ? `:${attempt}` : ""}`;
					const { tools } = this.#host.effects;
					return (await tools.call({ ...caller, idempotencyKey }, toolId, fill(parameters, scope))).value;
				} catch (error) {
					if (attempt === undoAttempts || asAppError(error)?.code === "invalid_input") throw error;
					await scheduler.wait(250 * 2 ** attempt);
				}
			}
		} catch (error) {
			span.fail(asAppError(error)?.code ?? "internal_error");
			throw error;
		} finally {
			span.end();
		}
	}

	#apply(event: NewEvent): void {
		this.#batch.push(event);
		this.progress.apply(event, Date.now());
	}

	/** One commit for the batch; what was begun in it is asked for after. */
	#commit(change?: RunChange): void {
		const [events, launches] = [this.#batch, this.#launches];
		this.#batch = [];
		this.#launches = [];
		if (events.length > 0 || change) this.#host.record(events, change);
		for (const launch of launches) launch();
	}

	/** When something is due; `Infinity` where nothing is. */
	#dueAt(): number {
		const { startedAt, input } = this.#run;
		const endsAt = startedAt + input.options.timeout;
		return this.progress.isPaused ? endsAt : Math.min(this.progress.nextDue ?? Infinity, endsAt);
	}

	async #changed(ms: number): Promise<void> {
		// Longer than a timer can be is as good as for ever: the object wakes by itself meanwhile.
		const most = Math.min(Math.max(ms, 0), 3_600_000);
		await new Promise<void>((resolve) => {
			const timer = setTimeout(resolve, most);
			this.#wake = () => {
				clearTimeout(timer);
				resolve();
			};
		});
		this.#wake = undefined;
	}
}

/** The same for every attempt at the same call; another one once the call was made, and has failed. */
function stepKey(runId: string, { path, calls }: Step): string {
	return calls > 0 ? `${runId}:${path}:${calls}` : `${runId}:${path}`;
}

function failedEvent({ path, compiled }: Step, error: RunError): NewEvent {
	return { type: "node.failed", data: { node: path, type: compiled.node.type, error } };
}

function spanName({ compiled }: Step): string {
	return `workflow_node ${compiled.node.type}`;
}

function spanAttributes({ path, attempt }: Step): SpanAttributes {
	return { "agentic_edge.node.id": path, ...(attempt > 1 && { "agentic_edge.node.attempt": attempt }) };
}
