/** `POST /api/v1/mcp/servers/{serverId}/refresh`: connects anew and takes up what the server offers now. */
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import { refreshServer } from "#tools/mcp/refresh-server";
import { McpServer } from "#tools/mcp/schema";
import type { ToolsApp } from "./app.ts";
import { McpServerParams } from "./params.ts";

const route = defineRoute({
	method: "post",
	path: "/api/v1/mcp/servers/{serverId}/refresh",
	policy: "write",
	tags: ["MCP servers"],
	summary: "Refresh an MCP server",
	description:
		"New tools are added, and those that are gone get `status: error`. A tool whose description or schema has changed is " +
		"switched off until it is approved again.",
	request: { params: McpServerParams },
	responses: { 200: jsonAnswer("The server as it is now.", McpServer) },
});

export function mountRefreshMcpServer(app: ToolsApp): void {
	app.openapi(route, async (c) => c.json(await refreshServer(c.var.context, c.req.valid("param").serverId), 200));
}
