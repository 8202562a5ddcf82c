/** The tools that a caller is offered by MCP: his own and shared ones, newest first, then the standard ones by id. */
import type { ListToolsResult, Tool } from "@modelcontextprotocol/server";
import { decodeCursor, pageOf, type Position } from "#core/paging";
import type { CallableTool } from "#tools/callable-tool";
import type { ToolsContext } from "#tools/context";
import { customWrites } from "#tools/custom-callable";
import { findCallable } from "#tools/find-callable";
import { standardCallable } from "#tools/standard-callable";
import { findOwnTool, listOwnTools, type ToolRow } from "#tools/store";
import { isCustomRow, isMcpRow } from "#tools/tool-row";
import { mcpNameOf, toolIdIn } from "./tool-name.ts";

type Described = Pick<CallableTool, "description" | "inputSchema" | "writes"> & {
	outputSchema?: CallableTool["outputSchema"] | null;
};
type Listed = { position: Position; tool: Tool };

const pageSize = 100;
/** Standard tools have no time of their own: in cursors an empty one, which is before all others. */
const standardAt = "";

/** Throws `invalid_input` for a cursor that this list did not give out. */
export async function listOfferedTools(ctx: ToolsContext, cursor: string | undefined): Promise<ListToolsResult> {
	const after = cursor === undefined ? undefined : decodeCursor(cursor);
	const inOwn = after === undefined || after.at !== standardAt;
	const rows = inOwn ? await listOwnTools(ctx, { limit: pageSize, after }) : [];
	const standard = [...ctx.standardTools.values()].filter(({ id }) => inOwn || id > after.id);
	const listed = [
		...rows.map((row): Listed => ({ position: { at: row.createdAt, id: row.id }, tool: rowTool(ctx, row) })),
		...standard.map((tool): Listed => {
			const position = { at: standardAt, id: tool.id };
			return { position, tool: definitionOf(tool.id, standardCallable(tool), tool.name) };
		}),
	];
	const { items, nextCursor } = pageOf(listed, pageSize, ({ position }) => position);
	return { tools: items.map(({ tool }) => tool), ...(nextCursor && { nextCursor }) };
}

/** The tool of a name that the list shows; undefined for any other. */
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
