/** The executions that an execution contains, in the objects that are home to them. */
import { AppError, asAppError } from "#core/errors";
import { homeOf, newRunId } from "#run/run-id";
import type { ChildWorkflows } from "./call-step.ts";
import { maxDepth } from "./limits.ts";
import { pinnedRun } from "./pinned-run.ts";
import { runnableWorkflow } from "./runnable-workflow.ts";
import type { Scope } from "./store.ts";
import { type WorkflowHome, workflowHomeOf } from "./workflow-home.ts";
import type { WorkflowRun } from "./workflow-run.ts";

interface Surroundings {
	db: Scope["db"];
	home(name: string): WorkflowHome;
}

export function childWorkflows(run: WorkflowRun, { db, home }: Surroundings): ChildWorkflows {
	return {
		newId: async () => newRunId(await workflowHomeOf(run.caller.userId)),

		async start(caller, id, { workflowId, version, input }, node) {
			if (await exists(id)) return;
			const depth = (run.input.depth ?? 0) + 1;
			if (depth > maxDepth)
				throw new AppError("limit_exceeded", `Workflows contain each other more than ${maxDepth} deep.`);
			const found = await runnableWorkflow({ db, caller }, workflowId, version);
			const parent = { executionId: run.id, node };
			const { definition, version: pinnedVersion } = found;
			const of = { workflowId: found.id, version: pinnedVersion, options: definition.options };
			const child = await pinnedRun(definition, { ...of, input, parent, depth });
			await home(homeOf(id)).start(caller, id, child);

			async function exists(id: string): Promise<boolean> {
				try {
					await home(homeOf(id)).find(caller, id);
					return true;
				} catch (error) {
					if (asAppError(error)?.code === "not_found") return false;
					throw error;
				}
			}
		},

		async settled(caller, id, waitMs) {
			const { status, output, error, approvals = [] } = await home(homeOf(id)).settledState(caller, id, waitMs);
			if (status === "failed") throw new AppError("tool_failed", `The workflow has failed: ${error?.message ?? ""}`);
			if (status === "cancelled") throw new AppError("cancelled", "The workflow was cancelled.");
			if (status === "completed") return { status, output, approvals };
			return { status: approvals.length > 0 ? "input_required" : "running", approvals };
		},

		async cancel(caller, id) {
			await home(homeOf(id)).cancelled(caller, id);
		},
	};
}
