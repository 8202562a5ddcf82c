/** `GET /api/v1/mcp/servers/{serverId}/resources`. */
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import { connectionFor } from "#tools/mcp/connection-name";
import { visibleServer } from "#tools/mcp/find-server";
import { McpResources } from "#tools/mcp/schema";
import type { ToolsApp } from "./app.ts";
import { McpServerParams } from "./params.ts";

const route = defineRoute({
	method: "get",
	path: "/api/v1/mcp/servers/{serverId}/resources",
	policy: "read",
	tags: ["MCP servers"],
	summary: "List the resources of an MCP server",
	request: { params: McpServerParams },
	responses: { 200: jsonAnswer("At most 1,000 of each.", McpResources) },
});

export function mountListMcpResources(app: ToolsApp): void {
	app.openapi(route, async (c) => {
		const server = await visibleServer(c.var.context, c.req.valid("param").serverId);
		return c.json(await connectionFor(c.var.context, server).listResources(), 200);
	});
}
