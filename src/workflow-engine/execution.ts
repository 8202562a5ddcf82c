/**
 * An execution at work: takes the steps whose turn has come, records what becomes of them, and goes on. What is recorded
 * in one turn is one commit, and no call leaves before the record that it was begun. Whatever it knows is in its
 * `Progress`, and so in the log.
 */
import { asAppError } from "#core/errors";
import type { Span } from "#core/telemetry";
import type { NewEvent } from "#run/run-log";
import type { RunError } from "#run/run";
import type { RunChange } from "#run/run-rows";
import { beginStep, waitingEvent } from "./begin-step.ts";
import { askAgainMs, type StepEffects, stepTimeout } from "./call-step.ts";
import { completeStep, shortened } from "./complete-step.ts";
import { maxEvents } from "./limits.ts";
import { Nap } from "./nap.ts";
import type { Ending, Progress, Waiting } from "./progress.ts";
import { isAnotherCall, mayBeDone, retryDelay } from "./retry-delay.ts";
import { incomingOf, isInDoubt, isWanted, type Step } from "./step.ts";
import { expiryOf, StepCalls } from "./step-calls.ts";
import type { StepRequest } from "./step-request.ts";
import { spanAttributes, spanName } from "./step-span.ts";
import { undoStep } from "./undo-step.ts";
import { workflowResult } from "./workflow-result.ts";
import type { WorkflowRun } from "./workflow-run.ts";

export interface ExecutionHost {
	effects: StepEffects;
	/** Appends to the log of the run; throws where the run has ended. */
	record(events: NewEvent[], change?: RunChange): void;
	/** Keeps work alive that nobody waits for. */
	background(work: Promise<unknown>): void;
	/** What the execution knows was not recorded: it has to be read anew from the log. */
	lost(): void;
}

/** `stale`: it goes on where it is read anew from the log. */
export type Stretch = "ended" | "stale" | { dueAt: number | undefined };

/** Steps in one commit, after which others have their turn. */
const sliceLength = 200;
/** A shorter wait is not worth leaving memory for. */
const lingerMs = 5_000;

export class Execution {
	readonly progress: Progress;
	readonly #run: WorkflowRun;
	readonly #host: ExecutionHost;
	readonly #calls: StepCalls;
	/** Of the stretch of work under way. */
	#span!: Span;
	#batch: NewEvent[] = [];
	/** What is asked once its beginning is recorded. */
	readonly #launches = new Map<Step, StepRequest>();
	readonly #nap = new Nap();
	#hasEnded = false;
	#isStale = false;

	constructor(run: WorkflowRun, progress: Progress, host: ExecutionHost) {
		this.#run = run;
		this.progress = progress;
		this.#host = host;
		this.#calls = new StepCalls(run, {
			effects: host.effects,
			background: (work) => host.background(work),
			called: ({ path }, executionId) => this.apply([{ type: "node.called", data: { node: path, executionId } }]),
			arrived: () => this.wake(),
		});
	}

	/** Goes on until the execution has ended, or waits for what may take long: then when it is due, Unix milliseconds. */
	async drive(signal: AbortSignal, span: Span): Promise<Stretch> {
		this.#span = span;
		const stop = () => this.#calls.stop(() => true);
		signal.addEventListener("abort", stop, { once: true });
		this.#beginAgain();
		try {
			for (;;) {
				signal.throwIfAborted();
				if (this.#hasEnded) return "ended";
				if (this.#isStale) return "stale";
				this.#takeArrived();
				this.#takeDue();
				const isOpen = !this.progress.ending && !this.progress.isPaused;
				if (isOpen) this.#takeReady();
				if (this.#settle()) return "ended";
				if (this.progress.ending && this.progress.plan.inDoubt().length === 0) return await this.#undo();
				if (isOpen && this.#mayTake()) await scheduler.wait(0);
				else if (this.#calls.arrived.length === 0) {
					const dueAt = this.#dueAt();
					if (this.#calls.size === 0 && !(dueAt - Date.now() <= lingerMs)) {
						return { dueAt: dueAt === Infinity ? undefined : dueAt };
					}
					await this.#nap.until(dueAt);
				}
			}
		} finally {
			signal.removeEventListener("abort", stop);
			this.#nap.end();
		}
	}

	/** Something has changed from outside. */
	wake(): void {
		this.#nap.wake();
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
		this.#ending(ending);
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

	/** What was under way when the record ends: a crash has cut it off. */
	#beginAgain(): void {
		const { plan, ending } = this.progress;
		for (const step of ending ? plan.inDoubt() : plan.unfinished()) {
			if (step.status === "running" && !this.#calls.has(step.path)) this.#begin(step);
		}
	}

	#takeReady(): void {
		for (let taken = 0; taken < sliceLength && this.#mayTake(); taken++) this.#begin(this.progress.plan.ready!);
	}

	#mayTake(): boolean {
		const { ready } = this.progress.plan;
		if (!ready || this.progress.plan.outcome) return false;
		const { parallelLimit } = this.#run.input.options;
		return this.#calls.size + this.#launches.size < parallelLimit;
	}

	#begin(step: Step): void {
		try {
			const { events, request } = beginStep(this.progress, step);
			for (const event of events) this.#apply(event);
			// Its turn is over, though nothing is recorded.
			if (request && events.length === 0) step.status = "running";
			if (request) this.#launches.set(step, request);
			else if (step.status === "completed") this.#span.instant(spanName(step), spanAttributes(step));
		} catch (error) {
			this.#apply(failedEvent(step, this.#told(step, error)));
		}
	}

	#takeArrived(): void {
		const { arrived } = this.#calls;
		for (let arrival = arrived.shift(); arrival; arrival = arrived.shift()) {
			const { step, outcome, thrown } = arrival;
			if (this.progress.plan.find(step.path) !== step || !(this.#goesOn(step) || isInDoubt(step))) continue;
			if (!outcome) this.#failed(step, thrown);
			else if ("output" in outcome) this.#complete(step, outcome.output);
			else this.#waitFor(step, outcome.waiting);
		}
	}

	/** Whoever is asked again, and waits for the same, has nothing new to tell. */
	#waitFor(step: Step, waiting: Waiting): void {
		const before = this.progress.waiting.get(step.path);
		// Something has changed there since the answer was given.
		const dueAt = before?.dueAt === 0 ? 0 : waiting.dueAt;
		if (before && JSON.stringify({ ...before, dueAt: 0 }) === JSON.stringify({ ...waiting, dueAt: 0 })) {
			before.dueAt = dueAt;
		} else this.#apply(waitingEvent(step, { ...waiting, dueAt } as Waiting));
	}

	#takeDue(): void {
		const now = Date.now();
		const { options } = this.#run.input;
		if (!this.progress.ending && now >= this.#run.startedAt + options.timeout) {
			const message = `The execution did not end within ${options.timeout} ms.`;
			this.#ending({ status: "failed", error: { code: "limit_exceeded", message } });
		}
		for (const [path, waiting] of this.progress.waiting) {
			const step = this.progress.plan.find(path);
			if (!step || this.#calls.has(path) || !(dueOf(step, waiting) <= now)) continue;
			if (this.progress.ending ? isInDoubt(step) : !this.progress.isPaused) this.#due(step, waiting, now);
		}
	}

	#due(step: Step, waiting: Waiting, now: number): void {
		switch (waiting.for) {
			case "time":
				return this.#complete(step, incomingOf(step));
			case "retry":
				this.progress.waiting.delete(step.path);
				// Nothing has its turn any more where the execution is ending.
				return this.progress.ending ? this.#begin(step) : this.progress.plan.again(step.path);
			case "event":
				return this.#apply(
					failedEvent(step, { code: "limit_exceeded", message: `No event "${waiting.event}" came in time.` }),
				);
			case "approval":
				return this.#apply(failedEvent(step, { code: "approval_denied", message: "Nobody has decided in time." }));
			case "agent":
			case "workflow":
				if ((expiryOf(step) ?? Infinity) <= now) {
					this.#calls.abandon(step, waiting.executionId);
					return this.#failed(step, stepTimeout(step.compiled.node.timeout!));
				}
				// Asked as long as it waits.
				waiting.dueAt = now + askAgainMs;
				this.#launches.set(step, step.input as StepRequest);
		}
	}

	#complete(step: Step, output: unknown): void {
		try {
			this.#apply(completeStep(this.progress, step, output));
		} catch (error) {
			this.#apply(failedEvent(step, this.#told(step, error), { isDone: true, output: shortened(output) }));
		}
	}

	#failed(step: Step, thrown: unknown): void {
		const error = this.#told(step, thrown);
		const isKnown = asAppError(thrown) !== undefined;
		const isTriedAgain = this.#goesOn(step) || !isKnown;
		const delay = isTriedAgain ? retryDelay(step, thrown, this.#run.input.options) : undefined;
		if (delay === undefined) return this.#apply(failedEvent(step, error, { isDone: mayBeDone(thrown) }));
		const isAnother = isAnotherCall(step.compiled.node.type, thrown);
		const data = { attempt: step.attempt + 1, dueAt: Date.now() + delay, isBroken: !isKnown, isAnother };
		this.#apply({ type: "node.retrying", data: { node: step.path, error, ...data } });
	}

	/** What is told of the failure; what nobody expected is logged alone. */
	#told({ path }: Step, thrown: unknown): RunError {
		const known = asAppError(thrown);
		if (known) return { code: known.code, message: known.message };
		console.error("a step broke", this.#run.id, path, thrown);
		return { code: "internal_error", message: "Something went wrong here; the trace id names it in the logs." };
	}

	#goesOn(step: Step): boolean {
		return !this.progress.ending && isWanted(step);
	}

	/** What nobody waits for any more is stopped, but for what cannot be. */
	#ending(ending: Ending): void {
		this.#apply({ type: "execution.ending", data: { ...ending } });
		const { plan, calls } = this.progress;
		this.#calls.stop((step) => !isInDoubt(step));
		const elsewhere = [...plan.unfinished(), ...[...calls.keys()].flatMap((path) => plan.find(path) ?? [])];
		for (const step of new Set(elsewhere)) {
			const isToBegin = this.#launches.has(step) && !calls.has(step.path);
			if (!isToBegin && !this.#calls.has(step.path)) this.#calls.abandon(step, calls.get(step.path));
		}
		for (const step of this.#launches.keys()) if (!isInDoubt(step)) this.#launches.delete(step);
	}

	#stopDropped(): void {
		for (const { step, executionId } of this.progress.takeDropped()) {
			if (this.#calls.has(step.path)) this.#calls.stop((other) => other === step);
			else this.#calls.abandon(step, executionId);
		}
	}

	/** Records what there is, and with it the end, where nothing is to be undone. Whether it has ended. */
	#settle(): boolean {
		const { plan } = this.progress;
		if (this.#hasEnded) return true;
		if (!this.progress.ending && this.progress.events > maxEvents) {
			const message = `The execution took more than ${maxEvents} events.`;
			this.#ending({ status: "failed", error: { code: "limit_exceeded", message } });
		}
		if (!this.progress.ending && plan.outcome && "error" in plan.outcome) {
			this.#ending({ status: "failed", error: plan.outcome.error });
		}
		this.#stopDropped();
		const isDone = this.progress.ending ? this.#isUndone() : plan.outcome !== undefined;
		if (!isDone) {
			this.#commit();
			return false;
		}
		this.#hasEnded = true;
		const { status, error } = this.progress.ending ?? { status: "completed" as const, error: undefined };
		const result = workflowResult(this.progress);
		const event = status === "completed" ? { output: result.output } : { ...error };
		this.#batch.push({ type: `run.${status}`, data: event });
		this.#launches.clear();
		this.#calls.stop(() => true);
		this.#commit({ status, result, ...(error && { error }) });
		return true;
	}

	#isUndone(): boolean {
		return this.progress.plan.inDoubt().length === 0 && this.#toUndo().length === 0;
	}

	#toUndo(): Step[] {
		return this.progress.plan.undoable.filter(({ path }) => !this.progress.undone.has(path)).toReversed();
	}

	/** Undoes what was done, the last first; what cannot be undone is recorded, and the rest undone all the same. */
	async #undo(): Promise<Stretch> {
		for (const step of this.#toUndo()) {
			const node = step.path;
			try {
				const output = await undoStep(this.#host.effects.tools, this.#run, this.progress, step, this.#span);
				this.#apply({ type: "compensation.completed", data: { node, output: output ?? null } });
			} catch (thrown) {
				this.#apply({ type: "compensation.failed", data: { node, error: this.#told(step, thrown) } });
			}
			if (this.#isStale) return "stale";
			if (this.#settle()) break;
		}
		return "ended";
	}

	#apply(event: NewEvent): void {
		this.#batch.push(event);
		this.progress.apply(event, Date.now());
	}

	/** One commit for the batch; what was begun in it is asked for after. */
	#commit(change?: RunChange): void {
		const [events, launches] = [this.#batch, [...this.#launches]];
		this.#batch = [];
		this.#launches.clear();
		try {
			if (events.length > 0 || change) this.#host.record(events, change);
		} catch (error) {
			this.#isStale = true;
			this.#hasEnded = false;
			this.#calls.leaveAll();
			this.#host.lost();
			this.wake();
			throw error;
		}
		for (const [step, request] of launches) {
			this.#calls.launch(step, request, this.progress.calls.get(step.path), this.#span);
		}
	}

	/** When something is due; `Infinity` where nothing is. */
	#dueAt(): number {
		const { startedAt, input } = this.#run;
		const { waiting, plan, ending, isPaused } = this.progress;
		let next = ending ? Infinity : startedAt + input.options.timeout;
		if (isPaused && !ending) return next;
		for (const [path, waits] of waiting) {
			const step = plan.find(path);
			if (step && !this.#calls.has(path) && (!ending || isInDoubt(step))) next = Math.min(next, dueOf(step, waits));
		}
		return next;
	}
}

/** When something has to be done about a step that waits, Unix milliseconds; `Infinity` where only somebody else can. */
function dueOf(step: Step, waiting: Waiting): number {
	const dueAt = waiting.dueAt ?? Infinity;
	return "executionId" in waiting ? Math.min(dueAt, expiryOf(step) ?? Infinity) : dueAt;
}

/** `isDone`: what the step was to do is done, or may be, with `output`. */
function failedEvent(
	{ path, compiled: { node } }: Step,
	error: RunError,
	{ isDone = false, output }: { isDone?: boolean; output?: unknown } = {},
): NewEvent {
	const undone = isDone && node.compensation ? { mayBeDone: true, ...(output !== undefined && { output }) } : undefined;
	return { type: "node.failed", data: { node: path, type: node.type, error, ...undone } };
}
