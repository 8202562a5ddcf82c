/** Begins an execution of a stored workflow, or of a graph that comes along. */
import { sha256 } from "#core/crypto";
import { AppError } from "#core/errors";
import { homeOf, newRunId } from "#run/run-id";
import { checkDefinition } from "./check-definition.ts";
import type { WorkflowEngineContext } from "./context.ts";
import { checkDefinitionLength } from "./definition-length.ts";
import { runnableWorkflow } from "./runnable-workflow.ts";
import { pinnedRun } from "./pinned-run.ts";
import { type ExecuteWorkflow, ExecutionOptions } from "./schema.ts";
import { workflowHomeOf } from "./workflow-home.ts";
import type { WorkflowRunRequest } from "./workflow-run.ts";
import type { ToldExecution } from "./workflow-runs-object.ts";

/** The execution once it is settled, or as it is after `waitMs`. */
export async function executeWorkflow(
	ctx: WorkflowEngineContext,
	asked: ExecuteWorkflow,
	waitMs: number,
): Promise<ToldExecution> {
	const { caller, keys, home } = ctx;
	const { idempotencyKey, userId } = caller;
	const input = await runInputOf(ctx, asked);
	const fresh = newRunId(await workflowHomeOf(userId));
	const id = idempotencyKey
		? await keys(userId).claim(idempotencyKey, await sha256(JSON.stringify(asked)), fresh)
		: fresh;
	return await home(homeOf(id)).startAndSettle(caller, id, input, waitMs);
}

async function runInputOf(ctx: WorkflowEngineContext, asked: ExecuteWorkflow): Promise<WorkflowRunRequest> {
	const { workflowId, input, variables, nodes, edges = [], options } = asked;
	if (nodes) {
		const definition = { nodes, edges, variables: {}, options: ExecutionOptions.parse(options ?? {}) };
		checkDefinitionLength(definition);
		await checkDefinition(ctx, definition);
		return await pinnedRun(definition, { workflowId, options: definition.options, input, variables });
	}
	if (workflowId === undefined) throw notSaid("/workflowId", "Name a workflow, or send `nodes`.");
	if (asked.edges) throw notSaid("/nodes", "`edges` come with `nodes`.");
	const { id, version, definition } = await runnableWorkflow(ctx, workflowId, asked.version);
	const run = { workflowId: id, version, options: { ...definition.options, ...options }, input, variables };
	return await pinnedRun(definition, run);
}

function notSaid(pointer: string, detail: string): AppError {
	return new AppError("invalid_input", detail, { details: { fields: [{ pointer, detail }] } });
}
