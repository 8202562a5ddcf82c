/** Deletes a template of the caller's own. */
import { canWrite } from "#core/caller";
import { AppError } from "#core/errors";
import type { AgentsContext } from "./context.ts";
import { deleteTemplate, getTemplate } from "./store.ts";

export async function removeTemplate(ctx: AgentsContext, templateId: string): Promise<void> {
	const template = await getTemplate(ctx, templateId);
	if (!canWrite(ctx.caller, template)) throw new AppError("forbidden", "Only its owner may delete a public template.");
	await deleteTemplate(ctx, template.id);
}
