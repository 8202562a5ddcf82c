/** Where MCP clients call: the caller's tools, one agent, and one workflow. */
export const mcpPath = "/mcp";
export const agentMcpPath = /^\/api\/v1\/agents\/[^/]+\/mcp$/;
export const workflowMcpPath = /^\/api\/v1\/workflows\/[^/]+\/mcp$/;
