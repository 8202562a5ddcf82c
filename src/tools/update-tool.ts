/** Changes a custom tool, or what an owner decides about one of an MCP server; each change is a new version. */
import { canWrite } from "#core/caller";
import { isoTime } from "#core/clock";
import { AppError } from "#core/errors";
import { nextVersion } from "#core/version-number";
import { checkDefinition } from "./check-definition.ts";
import type { ToolsContext } from "./context.ts";
import { changedMcpTool } from "./mcp/changed-mcp-tool.ts";
import type { Tool, UpdateTool } from "./schema.ts";
import { findTool, type ToolRow, updateTool as storeTool } from "./store.ts";
import { type CustomRow, isCustomRow, isMcpRow } from "./tool-row.ts";
import { changedSecrets } from "./tool-secrets.ts";
import { toolView } from "./tool-view.ts";

export async function updateTool(ctx: ToolsContext, id: string, changes: UpdateTool): Promise<Tool> {
	const own = await ownTool(ctx, id);
	if (isMcpRow(own)) {
		const next = changedMcpTool(own, changes);
		await storeTool(ctx, next, own);
		return toolView(next, ctx.origin);
	}
	const previous = customTool(own);
	const was = previous.config;
	const {
		source = was.source,
		language = was.language,
		timeout = was.timeout,
		cpuTime = was.cpuTime,
		...others
	} = changes;
	const { hosts = was.hosts, writes = was.writes, secrets: given, ...fields } = others;
	const changed = { ...previous, ...fields };
	const { compiled } = await checkDefinition(
		{ ...changed, source, language, hosts, outputSchema: changed.outputSchema ?? undefined },
		ctx.egress,
	);
	const secrets = await changedSecrets(ctx, { id, hosts }, was, given);
	const next = {
		...{ ...changed, config: { source, language, compiled, timeout, cpuTime, hosts, secrets, writes } },
		...{ version: nextVersion(previous.version), updatedAt: isoTime() },
	};
	await storeTool(ctx, next, previous);
	return toolView(next, ctx.origin);
}

function customTool(row: ToolRow): CustomRow {
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
