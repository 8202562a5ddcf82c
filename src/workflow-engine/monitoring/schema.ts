/** The contract of monitoring: how executions go, and which of them do not. */
import { z } from "zod";

export const maxHours = 720;
/** Of the newest executions that ended in the window. */
export const nodeSample = 1_000;
export const mostNodes = 500;
export const mostStuck = 200;

const Count = z.number().int();
const Milliseconds = z.number().nullable().meta({ description: "Null where nothing was measured." });

const Times = z.object({ mean: Milliseconds, p50: Milliseconds, p95: Milliseconds });

export const WorkflowMonitoring = z
	.object({
		from: z.string(),
		to: z.string(),
		open: z
			.object({ running: Count, waiting: Count, paused: Count })
			.meta({ description: "All that have not ended, whenever they began." }),
		ended: z
			.object({ completed: Count, failed: Count, cancelled: Count })
			.meta({ description: "Those that ended in the window." }),
		failures: z.array(z.object({ code: z.string(), count: Count })).meta({ description: "The most frequent first." }),
		durations: Times.extend({ count: Count, max: Milliseconds }).meta({
			description: "Milliseconds of those that ended in the window, waits included.",
		}),
		nodes: z.array(Times.extend({ workflowId: z.string(), node: z.string(), runs: Count })).meta({
			description:
				`Milliseconds that nodes of stored workflows took, of the newest ${nodeSample} executions that ended in the ` +
				`window; the ${mostNodes} nodes that ran most often.`,
		}),
		triggers: z
			.object({ total: Count, enabled: Count, nextRunAt: z.string().optional() })
			.meta({ description: "`nextRunAt`: when the first of the schedules is due." }),
	})
	.meta({ id: "WorkflowMonitoring" });
export type WorkflowMonitoring = z.infer<typeof WorkflowMonitoring>;

export const StuckExecution = z
	.object({
		executionId: z.string(),
		workflowId: z.string().optional(),
		currentNode: z.string().optional(),
		startTime: z.string(),
		lastEventAt: z.string(),
		idleSeconds: z.number().int(),
	})
	.meta({ id: "StuckWorkflowExecution" });
export type StuckExecution = z.infer<typeof StuckExecution>;
