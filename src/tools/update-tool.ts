/** Changes a custom tool; each change is a new version. */
import { canWrite } from "#core/caller";
import { isoTime } from "#core/clock";
import { AppError } from "#core/errors";
import { nextVersion } from "#core/version-number";
import { checkDefinition } from "./check-definition.ts";
import type { ToolsContext } from "./context.ts";
import type { Tool, UpdateTool } from "./schema.ts";
import { findTool, type ToolRow, updateTool as storeTool } from "./store.ts";
import { type CustomRow, isCustomRow } from "./tool-row.ts";
import { toolView } from "./tool-view.ts";

export async function updateTool(ctx: ToolsContext, id: string, changes: UpdateTool): Promise<Tool> {
	const previous = await ownCustomTool(ctx, id);
	const { source = previous.config.source, timeout = previous.config.timeout, ...fields } = changes;
	const next = {
		...{ ...previous, ...fields, config: { source, timeout } },
		...{ version: nextVersion(previous.version), updatedAt: isoTime() },
	};
	await checkDefinition({ ...next, source, outputSchema: next.outputSchema ?? undefined });
	await storeTool(ctx, next, previous);
	return toolView(next, ctx.origin);
}

async function ownCustomTool(ctx: ToolsContext, id: string): Promise<CustomRow> {
	const row = await ownTool(ctx, id);
	if (!isCustomRow(row)) throw new AppError("forbidden", "Only a custom tool can be changed.");
	return row;
}

/** The tool, where the caller may change it; a standard or shared one is `forbidden`, a hidden one `not_found`. */
export async function ownTool(ctx: ToolsContext, id: string): Promise<ToolRow> {
	if (ctx.standardTools.has(id)) throw new AppError("forbidden", "A standard tool cannot be changed.");
	const row = await findTool(ctx, id);
	if (!row) throw new AppError("not_found", "There is no such tool.");
	if (!canWrite(ctx.caller, row)) throw new AppError("forbidden", "Only its owner may change a shared tool.");
	return row;
}
