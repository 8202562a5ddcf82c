/** `POST /api/v1/mcp/servers/{serverId}/resources/read`. */
import { jsonAnswer, jsonBody } from "#http/json-content";
import { defineRoute } from "#http/route";
import { connectionFor } from "#tools/mcp/connection-name";
import { visibleServer } from "#tools/mcp/find-server";
import { McpResourceContents, ReadMcpResource } from "#tools/mcp/schema";
import type { ToolsApp } from "./app.ts";
import { McpServerParams } from "./params.ts";

const route = defineRoute({
	method: "post",
	path: "/api/v1/mcp/servers/{serverId}/resources/read",
	policy: "read",
	tags: ["MCP servers"],
	summary: "Read a resource of an MCP server",
	request: { params: McpServerParams, body: jsonBody(ReadMcpResource) },
	responses: { 200: jsonAnswer("What it contains.", McpResourceContents) },
});

export function mountReadMcpResource(app: ToolsApp): void {
	app.openapi(route, async (c) => {
		const server = await visibleServer(c.var.context, c.req.valid("param").serverId);
		return c.json(await connectionFor(c.var.context, server).readResource(c.req.valid("json").uri), 200);
	});
}
