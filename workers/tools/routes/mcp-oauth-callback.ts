/** `GET /api/v1/mcp/oauth/callback`: where authorization servers send browsers back to. */
import { z } from "zod";
import { defineRoute } from "#http/route";
import { callbackHeaders, callbackPage } from "#tools/mcp/oauth/callback-page";
import type { ToolsApp } from "./app.ts";

const text = z.string().optional();

const route = defineRoute({
	method: "get",
	path: "/api/v1/mcp/oauth/callback",
	policy: "public",
	tags: ["MCP servers"],
	summary: "Come back from an authorization server",
	description: "Shows what completes the authorisation, and completes nothing.",
	request: { query: z.object({ code: text, state: text, iss: text, error: text }) },
	responses: { 200: { description: "A page.", content: { "text/html": { schema: z.string() } } } },
});

export function mountMcpOAuthCallback(app: ToolsApp): void {
	app.openapi(route, (c) => c.body(callbackPage(c.req.valid("query")), 200, callbackHeaders));
}
