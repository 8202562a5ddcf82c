/** Executions that run and in which nothing has happened for long; what they say themselves counts, not the list. */
import { isoTime } from "#core/clock";
import { asAppError } from "#core/errors";
import { homeOf } from "#run/run-id";
import type { WorkflowEngineContext } from "#workflow-engine/context";
import type { StuckExecution } from "./schema.ts";
import { longRunning } from "./store.ts";

const atOnce = 20;

export async function listStuckExecutions(
	ctx: WorkflowEngineContext,
	olderThanSeconds: number,
): Promise<StuckExecution[]> {
	const now = Date.now();
	const before = now - olderThanSeconds * 1_000;
	const candidates = await longRunning(ctx, isoTime(before));
	const stuck: StuckExecution[] = [];
	for (let start = 0; start < candidates.length; start += atOnce) {
		const asked = candidates.slice(start, start + atOnce).map(async ({ id, workflowId, startTime }) => {
			const activity = await activityOf(ctx, id);
			if (activity?.status !== "running" || activity.lastEventAt > before) return [];
			const { currentNode, lastEventAt } = activity;
			const idleSeconds = Math.floor((now - lastEventAt) / 1_000);
			return [
				{
					executionId: id,
					...(workflowId !== null && { workflowId }),
					...(currentNode !== undefined && { currentNode }),
					...{ startTime, lastEventAt: isoTime(lastEventAt), idleSeconds },
				},
			];
		});
		stuck.push(...(await Promise.all(asked)).flat());
	}
	return stuck;
}

async function activityOf({ caller, home }: WorkflowEngineContext, id: string) {
	try {
		return await home(homeOf(id)).activity(caller, id);
	} catch (error) {
		if (asAppError(error)?.code === "not_found") return undefined;
		throw error;
	}
}
