/** Makes a trigger of a workflow that the caller may run. */
import { isoTime } from "#core/clock";
import { newId, newToken } from "#core/ids";
import type { WorkflowEngineContext } from "#workflow-engine/context";
import { runnableWorkflow } from "#workflow-engine/runnable-workflow";
import { nextTime } from "./cron-times.ts";
import { checkSource } from "./check-source.ts";
import type { CreateTrigger, TriggerWithSecret } from "./schema.ts";
import { insertTrigger } from "./store.ts";
import type { TriggerRow } from "./tables.ts";
import { triggerView } from "./trigger-view.ts";
import { newWebhookSecret } from "./webhook-secret.ts";

export async function createTrigger(
	ctx: WorkflowEngineContext,
	ofWorkflow: string,
	{ config, input, enabled }: CreateTrigger,
): Promise<TriggerWithSecret> {
	const { caller, triggers } = ctx;
	const workflow = await runnableWorkflow(ctx, ofWorkflow);
	const sourceWorkflowId = await checkSource(ctx, config);
	const id = newId("trg");
	const now = Date.now();
	const nextAt = config.type === "schedule" && enabled ? nextTime(config, now) : undefined;
	const made = config.type === "webhook" ? await newWebhookSecret(ctx, id) : undefined;
	const row: TriggerRow = {
		...{ id, workflowId: workflow.id, ownerId: caller.userId, role: caller.role, suspended: false },
		...{ type: config.type, config, sourceWorkflowId, input, enabled, sealedSecret: made?.sealedSecret ?? null },
		nextRunAt: nextAt === undefined ? null : isoTime(nextAt),
		...{ lastFiredAt: null, lastExecutionId: null, lastError: null, revision: newToken() },
		...{ createdAt: isoTime(now), updatedAt: isoTime(now) },
	};
	// Before the row: a plan without one is dropped, but a row without a plan would never fire.
	if (nextAt !== undefined) await (await triggers(caller.userId)).plan({ triggerId: id, since: now, nextAt });
	await insertTrigger(ctx, row);
	return { ...triggerView(row), ...(made && { secret: made.secret }) };
}
