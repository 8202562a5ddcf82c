/** Has the triggers that follow a workflow fire when executions of it have ended. */
import { isTerminal } from "#run/run";
import type { WorkflowsDb } from "#workflow-engine/context";
import type { WorkflowRun } from "#workflow-engine/workflow-run";
import { triggersOnEndsOf } from "./store.ts";
import type { TriggerHome } from "./trigger-home.ts";
import type { Firing } from "./trigger-plans.ts";

interface Surroundings {
	db: WorkflowsDb;
	triggers(ownerId: string): Promise<TriggerHome>;
}

/** To be called again until it succeeds: each end is a cause that fires once. */
export async function fireOnEnds({ db, triggers }: Surroundings, runs: WorkflowRun[]): Promise<void> {
	// A graph that was sent may have any name.
	const ended = runs.filter(({ status, input }) => isTerminal(status) && input.version !== undefined);
	if (ended.length === 0) return;
	const owners = [...new Set(ended.map(({ caller }) => caller.userId))];
	const workflows = [...new Set(ended.flatMap(({ input }) => input.workflowId ?? []))];
	const followers = await triggersOnEndsOf(db, workflows, owners);
	for (const ownerId of owners) {
		const firings = ended.flatMap((run) =>
			followers
				.filter((follower) => follower.ownerId === ownerId && follows(follower, run))
				.map(({ id }) => firingOf(id, run)),
		);
		if (firings.length > 0) await (await triggers(ownerId)).fire(firings);
	}
}

function follows({ ownerId, config }: Awaited<ReturnType<typeof triggersOnEndsOf>>[number], run: WorkflowRun): boolean {
	return (
		config.type === "event" &&
		config.workflowId === run.input.workflowId &&
		ownerId === run.caller.userId &&
		config.on.some((ending) => ending === run.status)
	);
}

function firingOf(triggerId: string, { id, input }: WorkflowRun): Firing {
	return { triggerId, cause: id, depth: (input.depth ?? 0) + 1 };
}
