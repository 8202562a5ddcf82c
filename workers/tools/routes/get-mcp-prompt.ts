/** `POST /api/v1/mcp/servers/{serverId}/prompts/get`. */
import { jsonAnswer, jsonBody } from "#http/json-content";
import { defineRoute } from "#http/route";
import { connectionFor } from "#tools/mcp/connection-name";
import { visibleServer } from "#tools/mcp/find-server";
import { GetMcpPrompt, McpPrompt } from "#tools/mcp/schema";
import type { ToolsApp } from "./app.ts";
import { McpServerParams } from "./params.ts";

const route = defineRoute({
	method: "post",
	path: "/api/v1/mcp/servers/{serverId}/prompts/get",
	policy: "read",
	tags: ["MCP servers"],
	summary: "Get a prompt of an MCP server",
	request: { params: McpServerParams, body: jsonBody(GetMcpPrompt) },
	responses: { 200: jsonAnswer("The prompt, filled in.", McpPrompt) },
});

export function mountGetMcpPrompt(app: ToolsApp): void {
	app.openapi(route, async (c) => {
		const server = await visibleServer(c.var.context, c.req.valid("param").serverId);
		const prompt = await connectionFor(c.var.context, server).getPrompt(c.req.valid("json"));
		return c.json(prompt as McpPrompt, 200);
	});
}
