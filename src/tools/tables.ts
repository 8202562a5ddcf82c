/** The tools database: custom tools and those of MCP servers are its own; executions are a projection of the objects that run them. */
import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { RunError, RunStatus } from "#run/run";
import type { JsonSchema, languages, ToolExample, toolStatuses, toolTypes } from "./schema.ts";
import type { ToolCallResult, WaitingApproval } from "./tool-run.ts";
import type { SealedSecrets } from "./tool-secrets.ts";

/** What only a custom tool has. */
export interface CustomConfig {
	/** As its owner wrote it. */
	source: string;
	language: (typeof languages)[number];
	/** What runs, where that is not the source itself. */
	compiled?: string;
	/** Milliseconds. */
	timeout: number;
	/** Milliseconds. */
	cpuTime: number;
	/** That it may call; none is no network. */
	hosts: string[];
	secrets: SealedSecrets;
	/** Left out where the hosts say it. */
	writes?: boolean;
}

/** What only the tool of an MCP server has. */
export interface McpConfig {
	/** Its name at the server. */
	remoteName: string;
	title?: string;
	/** Of what a person approved: the tool as its server described it then. */
	approvedHash: string;
	writes: boolean;
	/** To call it twice does no harm. */
	repeatable: boolean;
	/** Its schemas are ones that values are checked against here, and not by the server alone. */
	inputChecked: boolean;
	outputChecked: boolean;
	timeout: number;
	/** Without its query. */
	serverUrl: string;
	/** Whoever calls it does so by his own authorisation at the server. */
	perUser?: boolean;
	/** Its owner has switched it off. */
	off?: boolean;
	/** Why it is not active although its owner has not switched it off. */
	reason?: string;
	/** As its server describes it since it was approved. */
	pending?: McpDefinition;
}

/** A tool as its MCP server describes it. */
export interface McpDefinition {
	remoteName: string;
	title?: string;
	description: string;
	inputSchema: JsonSchema;
	outputSchema?: JsonSchema;
	/** Of all that the server says of it. */
	hash: string;
	writes: boolean;
	repeatable: boolean;
	inputChecked: boolean;
	outputChecked: boolean;
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
	approval: text({ mode: "json" }).$type<WaitingApproval>(),
	/** It failed for a reason that may pass. */
	deadLetter: integer("dead_letter", { mode: "boolean" }).notNull(),
	/** The dead letter that this one tries again. */
	retryOf: text("retry_of"),
});
