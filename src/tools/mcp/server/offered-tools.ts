/**
 * The tools that a caller is offered by MCP: his own, newest first, then the standard ones by id. What others share is
 * called by its name, but not listed: nobody else's text gets unasked into the context of his model.
 */
import type { ListToolsResult, Tool } from "@modelcontextprotocol/server";
import { decodeCursor } from "#core/paging";
import type { CallableTool } from "#tools/callable-tool";
import type { ToolsContext } from "#tools/context";
import { customWrites } from "#tools/custom-callable";
import { findCallable } from "#tools/find-callable";
import { standardCallable } from "#tools/standard-callable";
import { findOwnTool, listOwnTools, type ToolRow } from "#tools/store";
import { toolPage } from "#tools/tool-page";
import { isCustomRow, isMcpRow } from "#tools/tool-row";
import { mcpNameOf, toolIdIn } from "./tool-name.ts";

type Described = Pick<CallableTool, "description" | "inputSchema" | "writes"> & {
	outputSchema?: CallableTool["outputSchema"] | null;
};

const pageSize = 100;

/** Throws `invalid_input` for a cursor that this list did not give out. */
export async function listOfferedTools(ctx: ToolsContext, cursor: string | undefined): Promise<ListToolsResult> {
	const request = { limit: pageSize, after: cursor === undefined ? undefined : decodeCursor(cursor) };
	const { items, nextCursor } = await toolPage(request, {
		rows: async () => await listOwnTools(ctx, request),
		standard: [...ctx.standardTools.values()],
		rowItem: (row) => rowTool(ctx, row),
		standardItem: (tool) => definitionOf(tool.id, standardCallable(tool), tool.name),
	});
	return { tools: items, ...(nextCursor && { nextCursor }) };
}

/** The tool of a name that the list shows, or of another's shared tool; undefined for any other. */
export async function findOfferedTool(ctx: ToolsContext, name: string): Promise<CallableTool | undefined> {
	if (ctx.standardTools.has(name)) return await findCallable(ctx, name);
	const byName = await findOwnTool(ctx, { name });
	const id = toolIdIn(name);
	const row = byName ?? (id === undefined ? undefined : await findOwnTool(ctx, { id }));
	if (!row || mcpNameOf(ctx, row) !== name) return undefined;
	return await findCallable(ctx, row.id);
}

/** The schemas go out as they are. */
export function definitionOf(name: string, tool: Described, title?: string): Tool {
	const { description, inputSchema, outputSchema, writes } = tool;
	return {
		...{ name, description, inputSchema: inputSchema as Tool["inputSchema"], annotations: { readOnlyHint: !writes } },
		...(title && { title }),
		...(outputSchema && { outputSchema }),
	};
}

function rowTool(ctx: ToolsContext, row: ToolRow): Tool {
	const name = mcpNameOf(ctx, row);
	if (isMcpRow(row)) return definitionOf(name, { ...row, writes: row.config.writes }, row.config.title);
	return definitionOf(name, { ...row, writes: !isCustomRow(row) || customWrites(row.config) });
}
