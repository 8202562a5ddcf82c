/** The tools that the caller may call: custom ones and those of MCP servers, newest first, then the standard ones by id. */
import { type Page, pageOf, type PageRequest, type Position } from "#core/paging";
import type { ToolsContext } from "./context.ts";
import type { Tool, toolCategories, toolTypes } from "./schema.ts";
import type { StandardTool } from "./standard/standard-tool.ts";
import { countTools, listTools as listCustom, type ToolFilter, type ToolRow } from "./store.ts";
import { toolView, standardToolView } from "./tool-view.ts";

export interface ListFilter extends ToolFilter {
	type?: (typeof toolTypes)[number];
	category?: (typeof toolCategories)[number];
}

type Listed = { position: Position; tool: Tool };

/** Standard tools have no time of their own: in cursors an empty one, which is before all others. */
const standardAt = "";

export async function listTools(
	ctx: ToolsContext,
	{ limit, after }: PageRequest,
	filter: ListFilter,
): Promise<Page<Tool> & { total: number }> {
	const { category } = filter;
	const ofCategory = category === "custom" || category === "mcp" ? category : undefined;
	const type = filter.type ?? ofCategory;
	const isContrary = ofCategory !== undefined && type !== ofCategory;
	const wantsCustom = type !== "standard" && !isContrary && (category === undefined || ofCategory !== undefined);
	const inCustom = after === undefined || after.at !== standardAt;
	const rows = wantsCustom && inCustom ? await listCustom(ctx, { limit, after }, { ...filter, type }) : [];
	const standard = [...ctx.standardTools.values()].filter((tool) => matches(tool, filter));
	const rest = inCustom ? standard : standard.filter(({ id }) => id > after.id);
	const page = pageOf([...rows.map(customItem), ...rest.map(standardItem)], limit, ({ position }) => position);
	const customCount = wantsCustom ? await countTools(ctx, { ...filter, type }) : 0;
	return { ...page, items: page.items.map(({ tool }) => tool), total: customCount + standard.length };

	function customItem(row: ToolRow): Listed {
		return { position: { at: row.createdAt, id: row.id }, tool: toolView(row, ctx.origin) };
	}

	function standardItem(tool: StandardTool): Listed {
		return { position: { at: standardAt, id: tool.id }, tool: standardToolView(tool, ctx.origin) };
	}
}

function matches({ name, description, id, category }: StandardTool, filter: ListFilter): boolean {
	if ((filter.type ?? "standard") !== "standard" || (filter.status ?? "active") !== "active") return false;
	if (filter.category && filter.category !== category) return false;
	const text = `${id} ${name} ${description}`.toLowerCase();
	return !filter.search || text.includes(filter.search.toLowerCase());
}
