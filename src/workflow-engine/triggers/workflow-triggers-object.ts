/**
 * The triggers of one owner that fire by themselves. What a trigger is stands in the database; this object knows when
 * to look, and forgets no cause until its execution has begun or it is known why it cannot.
 */
import { DurableObject } from "cloudflare:workers";
import { isoTime } from "#core/clock";
import { asAppError } from "#core/errors";
import { spanQueueSink } from "#core/span-queue";
import { Span } from "#core/telemetry";
import { openDb } from "#workflow-engine/store";
import { workflowHome } from "#workflow-engine/workflow-home";
import { causedInput } from "./caused-input.ts";
import { dueTimes, nextTime } from "./cron-times.ts";
import { fireTrigger, type TriggerSurroundings } from "./fire-trigger.ts";
import { enabledTriggers, type Fired, recordFired, recordNextRuns } from "./store.ts";
import type { TriggerRow } from "./tables.ts";
import { type DueFiring, type Firing, type Plan, TriggerPlans } from "./trigger-plans.ts";

/** Of either kind, each time that the object wakes. */
const batchSize = 100;
const atOnce = 20;
/** Before what failed is tried again; twice as long each time, but not longer than the second. */
const retryMs = 10_000;
const longestRetryMs = 600_000;
/** More than an hour of trying. */
const mostAttempts = 12;

interface Decision {
	/** Whose next time is to be shown. */
	trigger?: TriggerRow;
	next?: Plan;
	firings: Firing[];
}

export class WorkflowTriggers extends DurableObject<WorkflowEngineEnv> {
	readonly #plans = new TriggerPlans(this.ctx.storage);
	readonly #sink = spanQueueSink("workflow-engine", this.env.TELEMETRY, this.ctx);

	/** Looks at the schedule at `nextAt`; of no consequence where the database does not know it then. */
	async plan(plan: Plan): Promise<void> {
		this.#plans.set(plan);
		await this.#wake();
	}

	async forget(triggerId: string): Promise<void> {
		this.#plans.delete(triggerId);
	}

	/** Has executions begin soon; the same cause once more changes nothing. */
	async fire(firings: Firing[]): Promise<void> {
		this.#plans.add(firings);
		await this.#wake();
	}

	/** Never throws: an alarm that fails six times is gone for good. */
	override async alarm(): Promise<void> {
		try {
			await this.#decide(Date.now());
			await this.#begin(Date.now());
			await this.#wake();
		} catch (error) {
			console.error("triggers wait", error);
			await this.ctx.storage.setAlarm(Date.now() + retryMs);
		}
	}

	async #decide(now: number): Promise<void> {
		const due = this.#plans.due(now, batchSize);
		if (due.length === 0) return;
		const triggers = await enabledTriggers(
			this.#surroundings.db,
			due.map(({ triggerId }) => triggerId),
		);
		const decided = due.map((plan) => ({ plan, ...this.#decision(plan, triggers.get(plan.triggerId), now) }));
		const shown = decided.flatMap(({ trigger, next }) =>
			trigger ? [{ trigger, nextRunAt: next ? isoTime(next.nextAt) : null }] : [],
		);
		await recordNextRuns(this.#surroundings.db, shown);
		for (const { plan, next, firings } of decided) this.#plans.decide(plan, next, firings);
	}

	async #begin(now: number): Promise<void> {
		const firings = this.#plans.firings(now, batchSize);
		if (firings.length === 0) return;
		const triggers = await enabledTriggers(
			this.#surroundings.db,
			firings.map(({ triggerId }) => triggerId),
		);
		for (let start = 0; start < firings.length; start += atOnce) {
			const outcomes = await Promise.all(
				firings.slice(start, start + atOnce).map(async (firing) => {
					const trigger = triggers.get(firing.triggerId);
					return { firing, fired: trigger && (await this.#fired(trigger, firing)), isDropped: !trigger };
				}),
			);
			await recordFired(
				this.#surroundings.db,
				outcomes.flatMap(({ fired }) => fired ?? []),
				isoTime(),
			);
			for (const { firing, fired, isDropped } of outcomes) {
				if (fired || isDropped) this.#plans.remove(firing);
				else this.#plans.retry(firing, Date.now() + Math.min(retryMs * 2 ** firing.attempts, longestRetryMs));
			}
		}
	}

	/** Undefined where it may go well another time. */
	async #fired(trigger: TriggerRow, { cause, depth, attempts }: DueFiring): Promise<Fired | undefined> {
		const { id: triggerId, ownerId: userId, type } = trigger;
		const span = new Span(this.#sink, "fire_trigger", {
			userId,
			attributes: { "agentic_edge.trigger.id": triggerId, "agentic_edge.trigger.type": type },
		});
		const { traceparent } = span;
		let input: Record<string, unknown> | undefined;
		try {
			input = await causedInput(this.#surroundings, trigger, cause, traceparent);
			return {
				triggerId,
				executionId: await fireTrigger(this.#surroundings, trigger, { cause, input, depth, traceparent }),
			};
		} catch (thrown) {
			const error = asAppError(thrown);
			span.fail(error?.code ?? "internal_error");
			if (error && error.code !== "internal_error" && error.code !== "service_unavailable") {
				const { code, message } = error;
				// A workflow that is gone does not come back.
				return { triggerId, error: { code, message }, isOver: code === "not_found" && input !== undefined };
			}
			console.error("a trigger could not fire", triggerId, thrown);
			if (attempts + 1 < mostAttempts) return undefined;
			return {
				triggerId,
				error: { code: "internal_error", message: "The execution could not begin, for more than an hour." },
			};
		} finally {
			span.end();
		}
	}

	/** Without a trigger there is nothing to be done any more. */
	#decision(plan: Plan, trigger: TriggerRow | undefined, now: number): Decision {
		if (trigger?.config.type !== "schedule") return { firings: [] };
		const { triggerId, since } = plan;
		try {
			const times = dueTimes(trigger.config, since, now);
			const nextAt = nextTime(trigger.config, now);
			const next = nextAt === undefined ? undefined : { triggerId, since: now, nextAt };
			return { trigger, next, firings: times.map((time) => ({ triggerId, cause: isoTime(time), depth: 0 })) };
		} catch (error) {
			// One schedule must not hold up the others.
			console.error("a schedule cannot be read", triggerId, error);
			return { next: { ...plan, nextAt: now + longestRetryMs }, firings: [] };
		}
	}

	get #surroundings(): TriggerSurroundings {
		return { db: openDb(this.env.DB), home: (name) => workflowHome(this.env, name) };
	}

	async #wake(): Promise<void> {
		const next = this.#plans.next();
		if (next !== undefined) await this.ctx.storage.setAlarm(Math.max(next, Date.now()));
	}
}
