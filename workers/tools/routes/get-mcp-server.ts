/** `GET /api/v1/mcp/servers/{serverId}`. */
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import { visibleServer } from "#tools/mcp/find-server";
import { McpServer } from "#tools/mcp/schema";
import { serverView } from "#tools/mcp/server-view";
import type { ToolsApp } from "./app.ts";
import { McpServerParams } from "./params.ts";

const route = defineRoute({
	method: "get",
	path: "/api/v1/mcp/servers/{serverId}",
	policy: "read",
	tags: ["MCP servers"],
	summary: "Get an MCP server",
	request: { params: McpServerParams },
	responses: { 200: jsonAnswer("The server.", McpServer) },
});

export function mountGetMcpServer(app: ToolsApp): void {
	app.openapi(route, async (c) => {
		const { context } = c.var;
		return c.json(serverView(context, await visibleServer(context, c.req.valid("param").serverId)), 200);
	});
}
