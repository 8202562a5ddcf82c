/** `POST /api/v1/mcp/servers`: registers an MCP server and takes up its tools. */
import { jsonAnswer, jsonBody } from "#http/json-content";
import { defineRoute } from "#http/route";
import { registerServer } from "#tools/mcp/register-server";
import { McpServer, RegisterMcpServer } from "#tools/mcp/schema";
import type { ToolsApp } from "./app.ts";

const route = defineRoute({
	method: "post",
	path: "/api/v1/mcp/servers",
	policy: "write",
	tags: ["MCP servers"],
	summary: "Register an MCP server",
	description:
		"Connects at once, by the transport and the revision that the server speaks. One that cannot be reached is kept with " +
		"`status: error`, to be refreshed later.",
	request: { body: jsonBody(RegisterMcpServer) },
	responses: { 201: jsonAnswer("The server.", McpServer) },
});

export function mountRegisterMcpServer(app: ToolsApp): void {
	app.openapi(route, async (c) => c.json(await registerServer(c.var.context, c.req.valid("json")), 201));
}
