/** `PATCH /api/v1/mcp/servers/{serverId}`. */
import { jsonAnswer, jsonBody } from "#http/json-content";
import { defineRoute } from "#http/route";
import { McpServer, UpdateMcpServer } from "#tools/mcp/schema";
import { updateServer } from "#tools/mcp/update-server";
import type { ToolsApp } from "./app.ts";
import { McpServerParams } from "./params.ts";

const route = defineRoute({
	method: "patch",
	path: "/api/v1/mcp/servers/{serverId}",
	policy: "write",
	tags: ["MCP servers"],
	summary: "Change an MCP server",
	description:
		"`apiKey` and `headers` replace all that is kept of them, null removes it. A `url` of another origin loses them, unless " +
		"they are given anew. `shared` and `requiresApproval` hold for all of its tools.",
	request: { params: McpServerParams, body: jsonBody(UpdateMcpServer) },
	responses: { 200: jsonAnswer("The server as it is now.", McpServer) },
});

export function mountUpdateMcpServer(app: ToolsApp): void {
	app.openapi(route, async (c) =>
		c.json(await updateServer(c.var.context, c.req.valid("param").serverId, c.req.valid("json")), 200),
	);
}
