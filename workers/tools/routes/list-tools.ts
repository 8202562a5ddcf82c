/** `GET /api/v1/tools`: the tools that the caller may call. */
import { z } from "zod";
import { jsonAnswer } from "#http/json-content";
import { PageQuery, pageRequest } from "#http/page-query";
import { defineRoute } from "#http/route";
import { listTools } from "#tools/list-tools";
import { ListedMcpServer } from "#tools/mcp/schema";
import { listServers } from "#tools/mcp/server-store";
import { listedServerView } from "#tools/mcp/server-view";
import { Tool, toolCategories, toolStatuses, toolTypes } from "#tools/schema";
import type { ToolsApp } from "./app.ts";

const Query = PageQuery.extend({
	type: z.enum(toolTypes).optional(),
	category: z.enum(toolCategories).optional(),
	status: z.enum(toolStatuses).optional(),
	search: z.string().max(200).optional().meta({ description: "Words in the name or the description." }),
});

const route = defineRoute({
	method: "get",
	path: "/api/v1/tools",
	policy: "read",
	tags: ["Tools"],
	summary: "List tools",
	description:
		"Custom tools and those of MCP servers, newest first, then the standard ones by id. Indexes of documents are tools " +
		"as well: with `type=rag` your own newest hundred.",
	request: { query: Query },
	responses: {
		200: jsonAnswer(
			"A page of tools.",
			z.object({
				tools: z.array(Tool),
				total: z.number().int(),
				mcpServers: z.array(ListedMcpServer).meta({ description: "The newest 100 that the caller may use." }),
				nextCursor: z.string().optional(),
			}),
		),
	},
});

export function mountListTools(app: ToolsApp): void {
	app.openapi(route, async (c) => {
		const query = c.req.valid("query");
		const [{ items, total, nextCursor }, servers] = await Promise.all([
			listTools(c.var.context, pageRequest(query), query),
			listServers(c.var.context, { limit: 100 }),
		]);
		const mcpServers = servers.items.map((row) => listedServerView(c.var.context, row));
		return c.json({ tools: items, total, mcpServers, nextCursor }, 200);
	});
}
