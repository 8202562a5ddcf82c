/** The calls of an execution that are under way: each ends as an arrival, or is stopped when nobody waits for it. */
import { AppError, asAppError } from "#core/errors";
import type { Span } from "#core/telemetry";
import { unlessAborted } from "#core/unless-aborted";
import { abandonStep, callStep, type StepCall, type StepEffects, type StepOutcome, stepTimeout } from "./call-step.ts";
import type { Step } from "./step.ts";
import type { StepRequest } from "./step-request.ts";
import { spanAttributes, spanName } from "./step-span.ts";
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
	readonly #underWay = new Map<string, { step: Step; stop: AbortController }>();

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
		const span = parent.child(spanName(step), { attributes: spanAttributes(step) });
		const stop = new AbortController();
		const call: StepCall = {
			...this.#callOf(step, request, executionId, span.traceparent),
			signal: stop.signal,
			called: (executionId) => {
				call.executionId = executionId;
				this.#host.called(step, executionId);
			},
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
		unlessAborted(callStep(this.#host.effects, call), stop.signal).then(
			(outcome) => arrive({ outcome }),
			(thrown: unknown) => {
				span.fail(asAppError(thrown)?.code ?? "internal_error");
				if (stop.signal.aborted && !(stop.signal.reason instanceof Elsewhere)) this.#abandon(call);
				arrive({ thrown });
			},
		);
	}

	/** Nobody waits for their results any more: what works elsewhere for them is ended. */
	stop(isStopped: (step: Step) => boolean): void {
		for (const { step, stop } of this.#underWay.values()) {
			if (isStopped(step)) stop.abort(new AppError("cancelled", "Nobody waits for the step any more."));
		}
	}

	/** Somebody else waits for their results from now on. */
	leaveAll(): void {
		for (const { stop } of this.#underWay.values()) stop.abort(new Elsewhere());
	}

	/** Ends what works elsewhere for a step that is not under way here. */
	abandon(step: Step, executionId: string | undefined): void {
		const request = step.input as StepRequest | undefined;
		if (request) this.#abandon(this.#callOf(step, request, executionId, this.#run.caller.traceparent));
	}

	#callOf(step: Step, request: StepRequest, executionId: string | undefined, traceparent: string): StepCall {
		const { id, caller } = this.#run;
		return {
			...{ node: step.path, request, signal: new AbortController().signal, called: () => {} },
			...(executionId !== undefined && { executionId }),
			...(step.approvedHash !== undefined && { approvedHash: step.approvedHash }),
			caller: { ...caller, idempotencyKey: stepKey(id, step), traceparent },
		};
	}

	#abandon(call: StepCall): void {
		this.#host.background(
			abandonStep(this.#host.effects, call).catch((error: unknown) =>
				console.error("a step goes on", call.node, error),
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

function stopAfterTimeout(step: Step, stop: AbortController): (() => void) | undefined {
	const { timeout } = step.compiled.node;
	if (timeout === undefined) return undefined;
	const ms = (expiryOf(step) ?? Date.now() + timeout) - Date.now();
	const timer = setTimeout(() => stop.abort(stepTimeout(timeout)), Math.max(ms, 0));
	return () => clearTimeout(timer);
}
