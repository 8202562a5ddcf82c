/** How the caller's executions go, and those of all for an admin. */
import { isoTime } from "#core/clock";
import type { WorkflowEngineContext } from "#workflow-engine/context";
import type { WorkflowMonitoring } from "./schema.ts";
import { countExecutions, countTriggers, executionTimes, nodeTimesOf } from "./store.ts";

const hourMs = 3_600_000;

export async function getMonitoring(
	ctx: WorkflowEngineContext,
	{ hours, workflowId }: { hours: number; workflowId?: string },
): Promise<WorkflowMonitoring> {
	const now = Date.now();
	const from = isoTime(now - hours * hourMs);
	const [{ states, failures }, times, nodes, triggers] = await Promise.all([
		countExecutions(ctx, { workflowId, from }),
		executionTimes(ctx, { workflowId, from }),
		nodeTimesOf(ctx, { workflowId, from }),
		countTriggers(ctx, workflowId),
	]);
	const { total, enabled, nextRunAt } = triggers;
	return {
		...{ from, to: isoTime(now) },
		open: {
			running: states.get("running") ?? 0,
			waiting: states.get("waiting") ?? 0,
			paused: states.get("paused") ?? 0,
		},
		ended: {
			completed: states.get("completed") ?? 0,
			failed: states.get("failed") ?? 0,
			cancelled: states.get("cancelled") ?? 0,
		},
		failures,
		durations: { count: times.n, mean: rounded(times.mean), p50: times.p50, p95: times.p95, max: times.max },
		nodes: nodes.map(({ node, n, mean, p50, p95, ...of }) => ({
			...{ workflowId: of.workflowId, node, runs: n },
			...{ mean: rounded(mean), p50, p95 },
		})),
		triggers: { total, enabled, ...(nextRunAt !== null && { nextRunAt }) },
	};
}

/** To a tenth of a millisecond. */
function rounded(value: number | null): number | null {
	return value === null ? null : Math.round(value * 10) / 10;
}
