/** A new workflow of the caller's own, from a template: of agents and tools that he may use himself. */
import { AppError } from "#core/errors";
import type { WorkflowEngineContext } from "./context.ts";
import { createWorkflow } from "./create-workflow.ts";
import type { InstantiateWorkflow, Workflow } from "./schema.ts";
import { getWorkflow } from "./store.ts";

/** `variables` replace those of the same name. Throws `not_found` for a workflow that is no template. */
export async function instantiateWorkflow(
	ctx: WorkflowEngineContext,
	templateId: string,
	changes: InstantiateWorkflow,
): Promise<Workflow> {
	const { name, description, category, definition, isTemplate } = await getWorkflow(ctx, templateId);
	if (!isTemplate) throw new AppError("not_found", "There is no such template.");
	return await createWorkflow(ctx, {
		...{ ...definition, variables: { ...definition.variables, ...changes.variables } },
		...{ name: changes.name ?? name, description: description ?? undefined, category },
		...{ shared: false, isTemplate: false, status: "active" },
	});
}
