/** The registry of remote MCP servers. */
import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { elicitationAnswers, McpAuth, mcpServerStatuses, McpTransport } from "./schema.ts";

export const mcpServers = sqliteTable("mcp_servers", {
	id: text().primaryKey(),
	ownerId: text("owner_id").notNull(),
	name: text().notNull(),
	url: text().notNull(),
	description: text().notNull(),
	/** Sealed; see `server-secret.ts`. */
	secret: text(),
	elicitation: text().$type<(typeof elicitationAnswers)[number]>().notNull(),
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
	auth: text().$type<McpAuth>().notNull(),
	/** Sealed; see `oauth/oauth-client.ts`. */
	oauthClient: text("oauth_client"),
});

export const mcpGrants = sqliteTable(
	"mcp_grants",
	{
		serverId: text("server_id").notNull(),
		userId: text("user_id").notNull(),
		/** Sealed; see `oauth/grant.ts`. */
		secret: text().notNull(),
		/** There are tokens in it. */
		authorized: integer({ mode: "boolean" }).notNull(),
		updatedAt: text("updated_at").notNull(),
	},
	(table) => [primaryKey({ columns: [table.serverId, table.userId] })],
);

export type McpServerRow = typeof mcpServers.$inferSelect;
