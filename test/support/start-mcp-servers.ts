/** Vitest's global set-up for the tools Worker: the control server of the MCP servers that its tests call. */
import type { TestProject } from "vitest/node";
import { startMcpServers } from "./mcp-servers.ts";

declare module "vitest" {
	interface ProvidedContext {
		/** Where MCP servers are opened and closed. */
		mcpServers: string;
	}
}

export default async function startForTests(project: TestProject): Promise<() => Promise<void>> {
	const servers = await startMcpServers();
	project.provide("mcpServers", servers.url);
	return servers.close;
}
