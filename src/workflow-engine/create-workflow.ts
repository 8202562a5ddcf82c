/** Creates a workflow whose graph can run. */
import { isoTime } from "#core/clock";
import { newId, newToken } from "#core/ids";
import { checkDefinition } from "./check-definition.ts";
import { checkDefinitionLength } from "./definition-length.ts";
import type { WorkflowEngineContext } from "./context.ts";
import { countNodes } from "./graph-rows.ts";
import type { CreateWorkflow, Workflow } from "./schema.ts";
import { insertWorkflow } from "./store.ts";
import { workflowView } from "./workflow-view.ts";

export async function createWorkflow(ctx: WorkflowEngineContext, input: CreateWorkflow): Promise<Workflow> {
	const { nodes, edges, variables, options, description = null, ...fields } = input;
	const definition = { nodes, edges, variables, options };
	checkDefinitionLength(definition);
	await checkDefinition(ctx, definition);
	const now = isoTime();
	const workflow = {
		...{ ...fields, description, definition, nodeCount: countNodes(definition), version: "1.0.0" },
		...{ id: newId("wfl"), ownerId: ctx.caller.userId, revision: newToken(), createdAt: now, updatedAt: now },
	};
	await insertWorkflow(ctx, workflow);
	return workflowView(workflow);
}
