/** Where MCP clients call: the caller's tools, and one agent. */
export const mcpPath = "/mcp";
export const agentMcpPath = /^\/api\/v1\/agents\/[^/]+\/mcp$/;
