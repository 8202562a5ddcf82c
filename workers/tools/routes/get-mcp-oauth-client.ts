/** `GET /api/v1/mcp/oauth/client`: the platform as an OAuth client, at the address that is its id. */
import { z } from "zod";
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import { clientDocument } from "#tools/mcp/oauth/oauth-client";
import type { ToolsApp } from "./app.ts";

const ClientDocument = z
	.object({ client_id: z.string(), client_name: z.string().optional(), redirect_uris: z.array(z.string()) })
	.catchall(z.unknown());

const route = defineRoute({
	method: "get",
	path: "/api/v1/mcp/oauth/client",
	policy: "public",
	tags: ["MCP servers"],
	summary: "Read the platform's description as an OAuth client",
	description: "For authorization servers that read client metadata documents.",
	responses: { 200: jsonAnswer("Client metadata (RFC 7591).", ClientDocument) },
});

export function mountGetMcpOAuthClient(app: ToolsApp): void {
	app.openapi(route, (c) => c.json(clientDocument(c.var.context.origin), 200));
}
