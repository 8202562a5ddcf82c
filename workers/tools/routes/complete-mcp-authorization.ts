/** `POST /api/v1/mcp/servers/{serverId}/authorization/complete`: with what the caller's browser brought back. */
import { jsonAnswer, jsonBody } from "#http/json-content";
import { defineRoute } from "#http/route";
import { completeAuthorization } from "#tools/mcp/complete-authorization";
import { CompleteMcpAuthorization } from "#tools/mcp/oauth/schema";
import { McpServer } from "#tools/mcp/schema";
import type { ToolsApp } from "./app.ts";
import { McpServerParams } from "./params.ts";

const route = defineRoute({
	method: "post",
	path: "/api/v1/mcp/servers/{serverId}/authorization/complete",
	policy: "write",
	tags: ["MCP servers"],
	summary: "Complete an authorisation",
	description: "Once, within ten minutes, by the user who began it. Its owner's takes up the server's tools.",
	request: { params: McpServerParams, body: jsonBody(CompleteMcpAuthorization) },
	responses: { 200: jsonAnswer("The server as it is now.", McpServer) },
});

export function mountCompleteMcpAuthorization(app: ToolsApp): void {
	app.openapi(route, async (c) => {
		const { serverId } = c.req.valid("param");
		return c.json(await completeAuthorization(c.var.context, serverId, c.req.valid("json")), 200);
	});
}
