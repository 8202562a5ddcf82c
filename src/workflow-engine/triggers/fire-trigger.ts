/** Begins the execution that a trigger asks for, as its owner; once for each cause. */
import type { Caller } from "#core/caller";
import { AppError, asAppError } from "#core/errors";
import { newId } from "#core/ids";
import { homeOf } from "#run/run-id";
import type { WorkflowsDb } from "#workflow-engine/context";
import { maxDepth } from "#workflow-engine/limits";
import { pinnedRun } from "#workflow-engine/pinned-run";
import { runnableWorkflow } from "#workflow-engine/runnable-workflow";
import type { WorkflowHome } from "#workflow-engine/workflow-home";
import type { TriggerRow } from "./tables.ts";
import { triggeredRunId } from "./triggered-run-id.ts";

export interface TriggerSurroundings {
	db: WorkflowsDb;
	home(name: string): WorkflowHome;
}

export interface Cause {
	/** As in `TriggeredBy`. */
	cause: string;
	/** What the trigger itself has to say: it is added to its owner's input. */
	input: Record<string, unknown>;
	/** How many executions stand above the new one. */
	depth?: number;
	traceparent: string;
}

/**
 * The id of the execution. Throws `forbidden` where its owner may run nothing, what `runnableWorkflow` and `start` throw, `limit_exceeded` for what triggers itself
 * again and again, and what `pinnedRun` throws.
 */
export async function fireTrigger(
	{ db, home }: TriggerSurroundings,
	{ id: triggerId, ownerId, role, suspended, type, workflowId, input }: TriggerRow,
	{ cause, input: more, depth = 0, traceparent }: Cause,
): Promise<string> {
	const executionId = await triggeredRunId(ownerId, triggerId, cause);
	const caller: Caller = { userId: ownerId, role, requestId: newId("req"), traceparent };
	const there = home(homeOf(executionId));
	try {
		if (suspended) throw new AppError("forbidden", "The owner of the trigger may not run workflows now.");
		if (depth > maxDepth) {
			throw new AppError("limit_exceeded", `Workflows trigger each other more than ${maxDepth} deep.`);
		}
		const { id, version, definition } = await runnableWorkflow({ db, caller }, workflowId);
		const trigger = { triggerId, type, cause };
		const { options } = definition;
		const given = { workflowId: id, version, options, input: { ...input, ...more }, trigger, depth };
		const run = await pinnedRun(definition, given);
		await there.start(caller, executionId, run);
	} catch (error) {
		// What began is not undone by a workflow that may not begin any more.
		if (!asAppError(error) || !(await exists(there, caller, executionId))) throw error;
	}
	return executionId;
}

async function exists(home: WorkflowHome, caller: Caller, executionId: string): Promise<boolean> {
	try {
		await home.find(caller, executionId);
		return true;
	} catch (error) {
		if (asAppError(error)?.code === "not_found") return false;
		throw error;
	}
}
