/** The calls of an execution that are under way: each ends as an arrival, or is stopped when nobody waits for it. */
import { AppError, asAppError } from "#core/errors";
import type { Span } from "#core/telemetry";
import { abandonStep, type AskedStep, callStep, type StepEffects, type StepOutcome, stepTimeout } from "./call-step.ts";
import type { Step } from "./step.ts";
import type { StepRequest } from "./step-request.ts";
import { spanAttributes, spanName } from "./step-span.ts";
import { StepStop } from "./step-stop.ts";
import type { WorkflowRun } from "./workflow-run.ts";

/** What has become of the call of a step. */
export interface Arrival {
	step: Step;
	outcome?: StepOutcome;
	thrown?: unknown;
}

export interface StepCallsHost {
	effects: StepEffects;
	/** Keeps work alive that nobody waits for. */
	background(work: Promise<unknown>): void;
	/** The run elsewhere that works for the step is known. */
	called(step: Step, executionId: string): void;
	arrived(): void;
}

export class StepCalls {
	/** In the order in which they came. */
	readonly arrived: Arrival[] = [];
	readonly #run: WorkflowRun;
	readonly #host: StepCallsHost;
	/** By the path of the step. */
	readonly #underWay = new Map<string, { step: Step; stop: StepStop }>();

	constructor(run: WorkflowRun, host: StepCallsHost) {
		this.#run = run;
		this.#host = host;
	}

	get size(): number {
		return this.#underWay.size;
	}

	has(path: string): boolean {
		return this.#underWay.has(path);
	}

	/** `executionId`: of the run elsewhere, where one is known. */
	launch(step: Step, request: StepRequest, executionId: string | undefined, parent: Span): void {
		const { path } = step;
		const span = parent.part(spanName(step), spanAttributes(step));
		const stop = new StepStop();
		const asked = this.#askedOf(step, request, executionId, span.traceparent);
		const called = (executionId: string) => {
			asked.executionId = executionId;
			this.#host.called(step, executionId);
		};
		const entry = { step, stop };
		this.#underWay.set(path, entry);
		const stopTimer = stopAfterTimeout(step, stop);
		const arrive = (arrival: Omit<Arrival, "step">) => {
			stopTimer?.();
			span.end();
			if (this.#underWay.get(path) === entry) this.#underWay.delete(path);
			this.arrived.push({ step, ...arrival });
			this.#host.arrived();
		};
		stop.unlessStopped(callStep(this.#host.effects, asked, { stop, called })).then(
			(outcome) => arrive({ outcome }),
			(thrown: unknown) => {
				span.fail(asAppError(thrown)?.code ?? "internal_error");
				if (stop.reason && !(stop.reason instanceof Elsewhere)) this.#abandon(asked);
				arrive({ thrown });
			},
		);
	}

	/** Nobody waits for their results any more: what works elsewhere for them is ended. */
	stop(isStopped: (step: Step) => boolean): void {
		for (const { step, stop } of this.#underWay.values()) {
			if (isStopped(step)) stop.stop(new AppError("cancelled", "Nobody waits for the step any more."));
		}
	}

	/** Somebody else waits for their results from now on. */
	leaveAll(): void {
		for (const { stop } of this.#underWay.values()) stop.stop(new Elsewhere());
	}

	/** Ends what works elsewhere for a step that is not under way here. */
	abandon(step: Step, executionId: string | undefined): void {
		const request = step.input as StepRequest | undefined;
		if (request) this.#abandon(this.#askedOf(step, request, executionId, this.#run.caller.traceparent));
	}

	#askedOf(step: Step, request: StepRequest, executionId: string | undefined, traceparent: string): AskedStep {
		const { id, caller } = this.#run;
		const { path: node, approvedHash } = step;
		const asking = { ...caller, idempotencyKey: stepKey(id, step), traceparent };
		return { node, request, executionId, approvedHash, caller: asking };
	}

	#abandon(asked: AskedStep): void {
		this.#host.background(
			abandonStep(this.#host.effects, asked).catch((error: unknown) =>
				console.error("a step goes on", asked.node, error),
			),
		);
	}
}

/** The execution is read anew from its log, and asks for the same step again. */
class Elsewhere extends Error {}

/**
 * The same for every attempt at the same call; another one once the call was made, and has failed. No id of a node has
 * a `#`.
 */
export function stepKey(runId: string, { path, calls }: Step): string {
	return calls > 0 ? `${runId}:${path}#${calls}` : `${runId}:${path}`;
}

/** When the attempt that is under way has taken too long, Unix milliseconds. */
export function expiryOf({ compiled, attemptedAt }: Step): number | undefined {
	const { timeout } = compiled.node;
	return timeout === undefined || attemptedAt === undefined ? undefined : attemptedAt + timeout;
}

function stopAfterTimeout(step: Step, stop: StepStop): (() => void) | undefined {
	const { timeout } = step.compiled.node;
	if (timeout === undefined) return undefined;
	const ms = (expiryOf(step) ?? Date.now() + timeout) - Date.now();
	const timer = setTimeout(() => stop.stop(stepTimeout(timeout)), Math.max(ms, 0));
	return () => clearTimeout(timer);
}
