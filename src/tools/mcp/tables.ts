/** The registry of remote MCP servers. */
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { McpTransport, mcpServerStatuses } from "./schema.ts";

export const mcpServers = sqliteTable("mcp_servers", {
	id: text().primaryKey(),
	ownerId: text("owner_id").notNull(),
	name: text().notNull(),
	url: text().notNull(),
	description: text().notNull(),
	/** Sealed; see `server-secret.ts`. */
	secret: text(),
	autoDiscovery: integer("auto_discovery", { mode: "boolean" }).notNull(),
	shared: integer({ mode: "boolean" }).notNull(),
	requiresApproval: integer("requires_approval", { mode: "boolean" }).notNull(),
	status: text().$type<(typeof mcpServerStatuses)[number]>().notNull(),
	error: text(),
	notice: text(),
	transport: text().$type<McpTransport>(),
	protocolVersion: text("protocol_version"),
	capabilities: text({ mode: "json" }).$type<string[]>().notNull(),
	checkedAt: text("checked_at"),
	createdAt: text("created_at").notNull(),
	updatedAt: text("updated_at").notNull(),
});

export type McpServerRow = typeof mcpServers.$inferSelect;
