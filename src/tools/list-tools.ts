/** The tools that the caller may call: custom ones and those of MCP servers, newest first, then the standard ones by id. */
import type { Page, PageRequest } from "#core/paging";
import type { ToolsContext } from "./context.ts";
import type { Tool, toolCategories, toolTypes } from "./schema.ts";
import type { StandardTool } from "./standard/standard-tool.ts";
import { countTools, listTools as listCustom, type ToolFilter } from "./store.ts";
import { toolPage } from "./tool-page.ts";
import { ragToolView, standardToolView, toolView } from "./tool-view.ts";

export interface ListFilter extends ToolFilter {
	type?: (typeof toolTypes)[number];
	category?: (typeof toolCategories)[number];
}

export async function listTools(
	ctx: ToolsContext,
	request: PageRequest,
	filter: ListFilter,
): Promise<Page<Tool> & { total: number }> {
	if (filter.type === "rag" || filter.category === "rag") return await listIndexTools(ctx, filter);
	const { category } = filter;
	const ofCategory = category === "custom" || category === "mcp" ? category : undefined;
	const type = filter.type ?? ofCategory;
	const isContrary = ofCategory !== undefined && type !== ofCategory;
	const wantsCustom = type !== "standard" && !isContrary && (category === undefined || ofCategory !== undefined);
	const standard = [...ctx.standardTools.values()].filter((tool) => matches(tool, filter));
	const page = await toolPage(request, {
		rows: async () => (wantsCustom ? await listCustom(ctx, request, { ...filter, type }) : []),
		standard,
		rowItem: (row) => toolView(row, ctx.origin),
		standardItem: (tool) => standardToolView(tool, ctx.origin),
	});
	const customCount = wantsCustom ? await countTools(ctx, { ...filter, type }) : 0;
	return { ...page, total: customCount + standard.length };
}

/** All of the caller's at once: they are few, and lie elsewhere. */
async function listIndexTools({ caller, rag, origin }: ToolsContext, { type, category, search, status }: ListFilter) {
	const isContrary = (type ?? "rag") !== "rag" || (category ?? "rag") !== "rag" || (status ?? "active") !== "active";
	const indexes = isContrary ? [] : await rag.describe(caller);
	const text = search?.toLowerCase() ?? "";
	const items = indexes
		.map((index) => ragToolView(index, rag, origin))
		.filter(({ name, title, description }) => `${name} ${title} ${description}`.toLowerCase().includes(text));
	return { items, total: items.length };
}

function matches({ name, description, id, category }: StandardTool, filter: ListFilter): boolean {
	if ((filter.type ?? "standard") !== "standard" || (filter.status ?? "active") !== "active") return false;
	if (filter.category && filter.category !== category) return false;
	const text = `${id} ${name} ${description}`.toLowerCase();
	return !filter.search || text.includes(filter.search.toLowerCase());
}
