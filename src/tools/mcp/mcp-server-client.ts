/** What Workers call of the object that keeps the connection to an MCP server. */
import type { McpConnection } from "./mcp-connection-object.ts";

export type McpServerClient = Pick<
	McpConnection,
	| "refresh"
	| "callTool"
	| "cancel"
	| "listResources"
	| "readResource"
	| "listPrompts"
	| "getPrompt"
	| "health"
	| "reset"
	| "forget"
	| "authorize"
	| "completeAuthorization"
	| "revokeAuthorization"
>;
