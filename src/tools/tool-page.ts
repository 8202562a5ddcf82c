/** A page of tools, as all lists have them: the rows that the list is of, newest first, then standard ones by id. */
import { type Page, pageOf, type PageRequest, type Position } from "#core/paging";
import type { StandardTool } from "./standard/standard-tool.ts";
import type { ToolRow } from "./store.ts";

interface ToolList<Item> {
	/** One more than the limit, where there are as many. */
	rows(): Promise<ToolRow[]>;
	standard: StandardTool[];
	rowItem(row: ToolRow): Item;
	standardItem(tool: StandardTool): Item;
}

/** Standard tools have no time of their own: in cursors an empty one, which is before all others. */
const standardAt = "";

export async function toolPage<Item>(request: PageRequest, list: ToolList<Item>): Promise<Page<Item>> {
	const { limit, after } = request;
	const inRows = after === undefined || after.at !== standardAt;
	const rows = inRows ? await list.rows() : [];
	const standard = list.standard.filter(({ id }) => inRows || id > after.id);
	const listed: { position: Position; item: Item }[] = [
		...rows.map((row) => ({ position: { at: row.createdAt, id: row.id }, item: list.rowItem(row) })),
		...standard.map((tool) => ({ position: { at: standardAt, id: tool.id }, item: list.standardItem(tool) })),
	];
	const page = pageOf(listed, limit, ({ position }) => position);
	return { ...page, items: page.items.map(({ item }) => item) };
}
