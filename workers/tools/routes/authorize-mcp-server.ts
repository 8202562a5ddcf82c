/** `POST /api/v1/mcp/servers/{serverId}/authorization`: how the caller authorises us at a server that wants OAuth. */
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import { authorizeServer } from "#tools/mcp/authorize-server";
import { McpAuthorization } from "#tools/mcp/oauth/schema";
import type { ToolsApp } from "./app.ts";
import { McpServerParams } from "./params.ts";

const route = defineRoute({
	method: "post",
	path: "/api/v1/mcp/servers/{serverId}/authorization",
	policy: "write",
	tags: ["MCP servers"],
	summary: "Begin to authorise",
	description:
		"For the caller alone, also at a shared server. The page that his browser comes back to shows what completes it. An " +
		"earlier address of his is void then.",
	request: { params: McpServerParams },
	responses: { 200: jsonAnswer("The address to open.", McpAuthorization) },
});

export function mountAuthorizeMcpServer(app: ToolsApp): void {
	app.openapi(route, async (c) => c.json(await authorizeServer(c.var.context, c.req.valid("param").serverId), 200));
}
