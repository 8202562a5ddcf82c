/** A row of `tools`, by what stands behind the tool. */
import type { ToolRow } from "./store.ts";
import type { CustomConfig, McpConfig } from "./tables.ts";

export interface CustomRow extends ToolRow {
	type: "custom";
	config: CustomConfig;
}

export interface McpRow extends ToolRow {
	type: "mcp";
	serverId: string;
	config: McpConfig;
}

export function isCustomRow(row: ToolRow): row is CustomRow {
	return row.type === "custom";
}

export function isMcpRow(row: ToolRow): row is McpRow {
	return row.type === "mcp";
}
