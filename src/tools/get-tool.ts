/** One tool, whatever stands behind it, as the API shows it. */
import { AppError } from "#core/errors";
import type { ToolsContext } from "./context.ts";
import type { Tool } from "./schema.ts";
import { findTool } from "./store.ts";
import { isIndexId } from "./rag/rag-callable.ts";
import { ragToolView, standardToolView, toolView } from "./tool-view.ts";

export async function getTool(ctx: ToolsContext, id: string): Promise<Tool> {
	const standard = ctx.standardTools.get(id);
	if (standard) return standardToolView(standard, ctx.origin);
	if (isIndexId(id)) return await getIndexTool(ctx, id);
	const row = await findTool(ctx, id);
	if (!row) throw new AppError("not_found", "There is no such tool.");
	return toolView(row, ctx.origin);
}

async function getIndexTool({ caller, rag, origin }: ToolsContext, id: string): Promise<Tool> {
	const [index] = await rag.describe(caller, [id]);
	if (!index) throw new AppError("not_found", "There is no such tool.");
	return ragToolView(index, rag, origin);
}
