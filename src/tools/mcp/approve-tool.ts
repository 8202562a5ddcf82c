/** Takes a tool as its server describes it now, and switches it on. */
import { isoTime } from "#core/clock";
import { AppError } from "#core/errors";
import { nextVersion } from "#core/version-number";
import type { ToolsContext } from "#tools/context";
import type { Tool } from "#tools/schema";
import { updateTool as storeTool } from "#tools/store";
import { isMcpRow } from "#tools/tool-row";
import { toolView } from "#tools/tool-view";
import { ownTool } from "#tools/update-tool";
import { approvedConfig } from "./approved-config.ts";

/**
 * Where nothing has changed, it does nothing. `hash` is that of the definition which the owner has read; where another came
 * meanwhile, it is a `conflict`.
 */
export async function approveTool(ctx: ToolsContext, id: string, hash?: string): Promise<Tool> {
	const previous = await ownTool(ctx, id);
	if (!isMcpRow(previous)) return toolView(previous, ctx.origin);
	const { pending, timeout, serverUrl, perUser, approvedHash } = previous.config;
	const isOther = hash !== undefined && hash !== (pending?.hash ?? approvedHash);
	if (isOther) throw new AppError("conflict", "The server has changed the tool once more; read it again.");
	if (!pending) return toolView(previous, ctx.origin);
	const next = {
		...previous,
		...{ description: pending.description, inputSchema: pending.inputSchema },
		outputSchema: pending.outputSchema ?? null,
		config: { ...approvedConfig(pending), timeout, serverUrl, ...(perUser && { perUser }) },
		...{ status: "active" as const, version: nextVersion(previous.version), updatedAt: isoTime() },
	};
	await storeTool(ctx, next, previous);
	return toolView(next, ctx.origin);
}
