/** `DELETE /api/v1/mcp/servers/{serverId}`. */
import { defineRoute } from "#http/route";
import { removeServer } from "#tools/mcp/remove-server";
import type { ToolsApp } from "./app.ts";
import { McpServerParams } from "./params.ts";

const route = defineRoute({
	method: "delete",
	path: "/api/v1/mcp/servers/{serverId}",
	policy: "write",
	tags: ["MCP servers"],
	summary: "Remove an MCP server",
	description: "Its tools go with it.",
	request: { params: McpServerParams },
	responses: { 204: { description: "It is gone." } },
});

export function mountDeleteMcpServer(app: ToolsApp): void {
	app.openapi(route, async (c) => {
		await removeServer(c.var.context, c.req.valid("param").serverId);
		return c.body(null, 204);
	});
}
