/** Changes a workflow; each change of its definition is a new version, and executions keep the one they began with. */
import { isoTime } from "#core/clock";
import { AppError } from "#core/errors";
import { newToken } from "#core/ids";
import { nextVersion } from "#core/version-number";
import { checkDefinition } from "./check-definition.ts";
import { checkDefinitionLength } from "./definition-length.ts";
import type { WorkflowEngineContext } from "./context.ts";
import { countNodes } from "./graph-rows.ts";
import type { UpdateWorkflow, Workflow } from "./schema.ts";
import { getOwnWorkflow, updateWorkflow as storeWorkflow } from "./store.ts";
import { workflowView } from "./workflow-view.ts";

/** Throws `conflict` for an archived one, unless its status changes too. */
export async function updateWorkflow(
	ctx: WorkflowEngineContext,
	id: string,
	changes: UpdateWorkflow,
): Promise<Workflow> {
	const previous = await getOwnWorkflow(ctx, id);
	if (previous.status === "archived" && (changes.status ?? "archived") === "archived") {
		throw new AppError("conflict", "The workflow is archived: it changes again once its `status` does.");
	}
	const { nodes, edges, variables, options, ...fields } = changes;
	const was = previous.definition;
	const definition = {
		nodes: nodes ?? was.nodes,
		edges: edges ?? was.edges,
		variables: variables ?? was.variables,
		options: options ?? was.options,
	};
	const isNewVersion = JSON.stringify(definition) !== JSON.stringify(was);
	if (isNewVersion) {
		checkDefinitionLength(definition);
		await checkDefinition(ctx, definition);
	}
	const next = {
		...{ ...previous, ...fields, revision: newToken(), updatedAt: isoTime() },
		...(isNewVersion && { definition, nodeCount: countNodes(definition), version: nextVersion(previous.version) }),
	};
	await storeWorkflow(ctx, next, previous);
	return workflowView(next);
}
