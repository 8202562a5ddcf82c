/** One tool, standard or custom, as the API shows it. */
import { AppError } from "#core/errors";
import type { ToolsContext } from "./context.ts";
import type { Tool } from "./schema.ts";
import { findTool } from "./store.ts";
import { toolView, standardToolView } from "./tool-view.ts";

export async function getTool(ctx: ToolsContext, id: string): Promise<Tool> {
	const standard = ctx.standardTools.get(id);
	if (standard) return standardToolView(standard, ctx.origin);
	const row = await findTool(ctx, id);
	if (!row) throw new AppError("not_found", "There is no such tool.");
	return toolView(row, ctx.origin);
}
