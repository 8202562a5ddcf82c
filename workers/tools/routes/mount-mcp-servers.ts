/** All routes of the registry of MCP servers. */
import type { ToolsApp } from "./app.ts";
import { mountApproveTool } from "./approve-tool.ts";
import { mountAuthorizeMcpServer } from "./authorize-mcp-server.ts";
import { mountCompleteMcpAuthorization } from "./complete-mcp-authorization.ts";
import { mountDeleteMcpServer } from "./delete-mcp-server.ts";
import { mountGetMcpOAuthClient } from "./get-mcp-oauth-client.ts";
import { mountGetMcpPrompt } from "./get-mcp-prompt.ts";
import { mountGetMcpServerHealth } from "./get-mcp-server-health.ts";
import { mountGetMcpServer } from "./get-mcp-server.ts";
import { mountListMcpPrompts } from "./list-mcp-prompts.ts";
import { mountListMcpResources } from "./list-mcp-resources.ts";
import { mountListMcpServers } from "./list-mcp-servers.ts";
import { mountMcpOAuthCallback } from "./mcp-oauth-callback.ts";
import { mountReadMcpResource } from "./read-mcp-resource.ts";
import { mountRefreshMcpServer } from "./refresh-mcp-server.ts";
import { mountRegisterMcpServer } from "./register-mcp-server.ts";
import { mountRevokeMcpAuthorization } from "./revoke-mcp-authorization.ts";
import { mountUpdateMcpServer } from "./update-mcp-server.ts";

export function mountMcpServers(app: ToolsApp): void {
	for (const mount of [
		mountRegisterMcpServer,
		mountListMcpServers,
		mountGetMcpServer,
		mountUpdateMcpServer,
		mountDeleteMcpServer,
		mountRefreshMcpServer,
		mountGetMcpServerHealth,
		mountListMcpResources,
		mountReadMcpResource,
		mountListMcpPrompts,
		mountGetMcpPrompt,
		mountApproveTool,
		mountAuthorizeMcpServer,
		mountCompleteMcpAuthorization,
		mountRevokeMcpAuthorization,
		mountMcpOAuthCallback,
		mountGetMcpOAuthClient,
	]) {
		mount(app);
	}
}
