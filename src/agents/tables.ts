/** The agents database: definitions are its own; executions and conversations are projections of the sessions. */
import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { RunStatus } from "#run/run";
import type { AgentConfig, agentStatuses, frameworks, TurnResult } from "./schema.ts";

type Framework = (typeof frameworks)[number];

export const agents = sqliteTable("agents", {
	id: text().primaryKey(),
	ownerId: text("owner_id").notNull(),
	name: text().notNull(),
	description: text(),
	framework: text().$type<Framework>().notNull(),
	skills: text({ mode: "json" }).$type<string[]>().notNull(),
	config: text({ mode: "json" }).$type<AgentConfig>().notNull(),
	status: text().$type<(typeof agentStatuses)[number]>().notNull(),
	shared: integer({ mode: "boolean" }).notNull(),
	version: text().notNull(),
	createdAt: text("created_at").notNull(),
	updatedAt: text("updated_at").notNull(),
});

export const agentVersions = sqliteTable(
	"agent_versions",
	{
		agentId: text("agent_id").notNull(),
		version: text().notNull(),
		name: text().notNull(),
		framework: text().$type<Framework>().notNull(),
		config: text({ mode: "json" }).$type<AgentConfig>().notNull(),
		createdBy: text("created_by").notNull(),
		createdAt: text("created_at").notNull(),
	},
	(table) => [primaryKey({ columns: [table.agentId, table.version] })],
);

export const agentTemplates = sqliteTable("agent_templates", {
	id: text().primaryKey(),
	ownerId: text("owner_id").notNull(),
	name: text().notNull(),
	description: text(),
	framework: text().$type<Framework>().notNull(),
	category: text().notNull(),
	skills: text({ mode: "json" }).$type<string[]>().notNull(),
	defaultConfig: text("default_config", { mode: "json" }).$type<AgentConfig>().notNull(),
	isPublic: integer("is_public", { mode: "boolean" }).notNull(),
	createdAt: text("created_at").notNull(),
	updatedAt: text("updated_at").notNull(),
});

export const agentExecutions = sqliteTable("agent_executions", {
	id: text().primaryKey(),
	agentId: text("agent_id").notNull(),
	ownerId: text("owner_id").notNull(),
	sessionId: text("session_id").notNull(),
	input: text({ mode: "json" }).notNull(),
	output: text({ mode: "json" }).$type<TurnResult>(),
	status: text().$type<RunStatus>().notNull(),
	error: text({ mode: "json" }).$type<{ code: string; message: string }>(),
	traceId: text("trace_id").notNull(),
	startTime: text("start_time").notNull(),
	endTime: text("end_time"),
	duration: integer(),
	/** The run's revision that this row shows; an older one never overwrites it. */
	revision: integer().notNull(),
});

export const conversations = sqliteTable("conversations", {
	id: text().primaryKey(),
	agentId: text("agent_id").notNull(),
	userId: text("user_id").notNull(),
	title: text().notNull(),
	status: text().notNull(),
	messageCount: integer("message_count").notNull(),
	createdAt: text("created_at").notNull(),
	updatedAt: text("updated_at").notNull(),
});

export const modelProviders = sqliteTable("model_providers", {
	id: text().primaryKey(),
	ownerId: text("owner_id").notNull(),
	name: text().notNull(),
	kind: text().notNull(),
	baseUrl: text("base_url"),
	/** Sealed with the row's id; never leaves. */
	sealedApiKey: text("sealed_api_key"),
	createdAt: text("created_at").notNull(),
});
