/** The tools database: custom tools and those of MCP servers are its own; executions are a projection of the objects that run them. */
import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { RunError, RunStatus } from "#run/run";
import type { JsonSchema, ToolExample, toolStatuses, toolTypes } from "./schema.ts";
import type { ToolCallResult } from "./tool-run.ts";

/** What only a custom tool has. */
export interface CustomConfig {
	source: string;
	timeout: number;
}

/** What only the tool of an MCP server has. */
export interface McpConfig {
	/** Its name at the server. */
	remoteName: string;
	title?: string;
	/** Of what a person approved: the tool as its server described it then. */
	approvedHash: string;
	writes: boolean;
	timeout: number;
}

/** What a tool is held to, whoever calls it. */
export interface ToolLimits {
	/** Calls at once. */
	concurrency?: number;
	perMinute?: number;
}

export const tools = sqliteTable("tools", {
	id: text().primaryKey(),
	ownerId: text("owner_id").notNull(),
	name: text().notNull(),
	description: text().notNull(),
	type: text().$type<(typeof toolTypes)[number]>().notNull(),
	config: text({ mode: "json" }).$type<CustomConfig | McpConfig>().notNull(),
	inputSchema: text("input_schema", { mode: "json" }).$type<JsonSchema>().notNull(),
	outputSchema: text("output_schema", { mode: "json" }).$type<JsonSchema>(),
	examples: text({ mode: "json" }).$type<ToolExample[]>().notNull(),
	status: text().$type<(typeof toolStatuses)[number]>().notNull(),
	shared: integer({ mode: "boolean" }).notNull(),
	version: text().notNull(),
	createdAt: text("created_at").notNull(),
	updatedAt: text("updated_at").notNull(),
	requiresApproval: integer("requires_approval", { mode: "boolean" }).notNull(),
	limits: text({ mode: "json" }).$type<ToolLimits>(),
	serverId: text("server_id"),
});

export const toolVersions = sqliteTable(
	"tool_versions",
	{
		toolId: text("tool_id").notNull(),
		version: text().notNull(),
		/** The row as it was. */
		definition: text({ mode: "json" }).$type<typeof tools.$inferSelect>().notNull(),
		createdBy: text("created_by").notNull(),
		createdAt: text("created_at").notNull(),
	},
	(table) => [primaryKey({ columns: [table.toolId, table.version] })],
);

export const toolExecutions = sqliteTable("tool_executions", {
	id: text().primaryKey(),
	toolId: text("tool_id").notNull(),
	ownerId: text("owner_id").notNull(),
	input: text({ mode: "json" }).$type<JsonSchema>().notNull(),
	output: text({ mode: "json" }).$type<ToolCallResult>(),
	status: text().$type<RunStatus>().notNull(),
	error: text({ mode: "json" }).$type<RunError>(),
	traceId: text("trace_id").notNull(),
	startTime: text("start_time").notNull(),
	endTime: text("end_time"),
	duration: integer(),
	/** The run's revision that this row shows; an older one never overwrites it. */
	revision: integer().notNull(),
});
