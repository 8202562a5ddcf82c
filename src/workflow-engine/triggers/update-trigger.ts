/** Changes a trigger; it acts from now on with the role that its owner has now. */
import { isoTime } from "#core/clock";
import { AppError } from "#core/errors";
import { newToken } from "#core/ids";
import type { WorkflowEngineContext } from "#workflow-engine/context";
import { runnableWorkflow } from "#workflow-engine/runnable-workflow";
import { checkSource } from "./check-source.ts";
import { nextTime } from "./cron-times.ts";
import type { TriggerConfig, TriggerWithSecret, UpdateTrigger } from "./schema.ts";
import { getTrigger, updateTrigger as storeTrigger } from "./store.ts";
import type { TriggerRow } from "./tables.ts";
import { triggerView } from "./trigger-view.ts";
import { newWebhookSecret } from "./webhook-secret.ts";

/** When the object looks at a change that may never have been stored. */
const lookAgainMs = 10_000;

export async function updateTrigger(
	ctx: WorkflowEngineContext,
	ofWorkflow: string,
	id: string,
	changes: UpdateTrigger,
): Promise<TriggerWithSecret> {
	const { caller, triggers } = ctx;
	const previous = await getTrigger(ctx, ofWorkflow, id);
	const { config = previous.config, input = previous.input, enabled = previous.enabled, rotateSecret } = changes;
	if (config.type !== previous.type) throw refused("/config/type", "A trigger stays of its type.");
	if (rotateSecret && config.type !== "webhook") throw refused("/rotateSecret", "Only a webhook has a secret.");
	if (enabled) await runnableWorkflow(ctx, ofWorkflow);
	const sourceWorkflowId = changes.config ? await checkSource(ctx, config) : previous.sourceWorkflowId;
	const made = rotateSecret ? await newWebhookSecret(ctx, id) : undefined;
	const now = Date.now();
	const isPlanned = !isSameSchedule(previous, config, enabled);
	const nextAt = config.type === "schedule" && enabled ? nextTime(config, now) : undefined;
	const next: TriggerRow = {
		...previous,
		...{
			role: caller.role,
			config,
			sourceWorkflowId,
			input,
			enabled,
			sealedSecret: made?.sealedSecret ?? previous.sealedSecret,
		},
		nextRunAt: isPlanned ? (nextAt === undefined ? null : isoTime(nextAt)) : previous.nextRunAt,
		...{ lastError: null, revision: newToken(), updatedAt: isoTime(now) },
	};
	const home = await triggers(caller.userId);
	const plan = nextAt === undefined || !isPlanned ? undefined : { triggerId: id, since: now, nextAt };
	// Whatever of this is not reached, the object will see what is stored.
	if (plan) await home.plan({ ...plan, nextAt: Math.min(plan.nextAt, now + lookAgainMs) });
	await storeTrigger(ctx, next, previous);
	if (plan) await home.plan(plan);
	else if (isPlanned) await home.forget(id);
	return { ...triggerView(next), ...(made && { secret: made.secret }) };
}

/** Its times stay what they are: what is due and has not begun yet is not lost. */
function isSameSchedule(previous: TriggerRow, config: TriggerConfig, enabled: boolean): boolean {
	if (config.type !== "schedule" || previous.config.type !== "schedule") return true;
	const { cron, timeZone } = previous.config;
	return enabled === previous.enabled && cron === config.cron && timeZone === config.timeZone;
}

function refused(pointer: string, detail: string): AppError {
	return new AppError("invalid_input", detail, { details: { fields: [{ pointer, detail }] } });
}
