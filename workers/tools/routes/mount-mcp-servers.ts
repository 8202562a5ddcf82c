/** All routes of the registry of MCP servers. */
import type { ToolsApp } from "./app.ts";
import { mountApproveTool } from "./approve-tool.ts";
import { mountDeleteMcpServer } from "./delete-mcp-server.ts";
import { mountGetMcpPrompt } from "./get-mcp-prompt.ts";
import { mountGetMcpServerHealth } from "./get-mcp-server-health.ts";
import { mountGetMcpServer } from "./get-mcp-server.ts";
import { mountListMcpPrompts } from "./list-mcp-prompts.ts";
import { mountListMcpResources } from "./list-mcp-resources.ts";
import { mountListMcpServers } from "./list-mcp-servers.ts";
import { mountReadMcpResource } from "./read-mcp-resource.ts";
import { mountRefreshMcpServer } from "./refresh-mcp-server.ts";
import { mountRegisterMcpServer } from "./register-mcp-server.ts";
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
	]) {
		mount(app);
	}
}
