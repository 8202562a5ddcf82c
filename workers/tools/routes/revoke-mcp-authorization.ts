/** `DELETE /api/v1/mcp/servers/{serverId}/authorization`: takes the caller's authorisation back. */
import { defineRoute } from "#http/route";
import { revokeAuthorization } from "#tools/mcp/revoke-authorization";
import type { ToolsApp } from "./app.ts";
import { McpServerParams } from "./params.ts";

const route = defineRoute({
	method: "delete",
	path: "/api/v1/mcp/servers/{serverId}/authorization",
	policy: "write",
	tags: ["MCP servers"],
	summary: "Revoke an authorisation",
	description: "The caller's tokens are forgotten, and revoked where the authorization server can do so.",
	request: { params: McpServerParams },
	responses: { 204: { description: "There is none." } },
});

export function mountRevokeMcpAuthorization(app: ToolsApp): void {
	app.openapi(route, async (c) => {
		await revokeAuthorization(c.var.context, c.req.valid("param").serverId);
		return c.body(null, 204);
	});
}
