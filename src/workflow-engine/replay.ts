/** How far an execution is, read from its log. */
import type { RunLog } from "#run/run-log";
import type { PinnedDefinition } from "./pinned-definitions.ts";
import { Progress } from "./progress.ts";
import type { WorkflowRun } from "./workflow-run.ts";

const pageLength = 1_000;

export function replay(
	log: RunLog<WorkflowRun>,
	{ id, input, lastSeq }: WorkflowRun,
	{ definition, graph }: PinnedDefinition,
): Progress {
	const variables = { ...definition.variables, ...input.variables };
	const progress = new Progress(graph, { input: input.input, variables });
	for (let after = 0; after < lastSeq;) {
		const events = log.read(id, after, pageLength);
		for (const event of events) progress.apply(event, Date.parse(event.at));
		after = events.at(-1)?.seq ?? lastSeq;
	}
	return progress;
}
