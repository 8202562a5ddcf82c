/** `GET /api/v1/mcp/servers/{serverId}/health`. */
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import { connectionFor } from "#tools/mcp/connection-name";
import { visibleServer } from "#tools/mcp/find-server";
import { McpServerHealth } from "#tools/mcp/schema";
import type { ToolsApp } from "./app.ts";
import { McpServerParams } from "./params.ts";

const route = defineRoute({
	method: "get",
	path: "/api/v1/mcp/servers/{serverId}/health",
	policy: "read",
	tags: ["MCP servers"],
	summary: "Check an MCP server",
	description: "Asks the server, unless it has failed so often that it is left alone for now.",
	request: { params: McpServerParams },
	responses: { 200: jsonAnswer("Its health.", McpServerHealth) },
});

export function mountGetMcpServerHealth(app: ToolsApp): void {
	app.openapi(route, async (c) => {
		const server = await visibleServer(c.var.context, c.req.valid("param").serverId);
		return c.json({ serverId: server.id, ...(await connectionFor(c.var.context, server).health()) }, 200);
	});
}
