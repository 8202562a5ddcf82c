/** `GET /api/v1/mcp/servers`: the caller's MCP servers and shared ones, newest first. */
import { z } from "zod";
import { jsonAnswer } from "#http/json-content";
import { PageQuery, pageRequest } from "#http/page-query";
import { defineRoute } from "#http/route";
import { McpServer } from "#tools/mcp/schema";
import { listServers } from "#tools/mcp/server-store";
import { serverView } from "#tools/mcp/server-view";
import type { ToolsApp } from "./app.ts";

const route = defineRoute({
	method: "get",
	path: "/api/v1/mcp/servers",
	policy: "read",
	tags: ["MCP servers"],
	summary: "List MCP servers",
	request: { query: PageQuery },
	responses: {
		200: jsonAnswer("A page.", z.object({ servers: z.array(McpServer), nextCursor: z.string().optional() })),
	},
});

export function mountListMcpServers(app: ToolsApp): void {
	app.openapi(route, async (c) => {
		const { items, nextCursor } = await listServers(c.var.context, pageRequest(c.req.valid("query")));
		return c.json({ servers: items.map((row) => serverView(c.var.context, row)), nextCursor }, 200);
	});
}
