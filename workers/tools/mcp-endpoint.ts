/** `POST /mcp`: the caller's tools and files for MCP clients. Its documents are MCP's own, not OpenAPI's. */
import { checkPolicy } from "#http/route";
import { mcpPath } from "#mcp/paths";
import { answerMcp } from "#tools/mcp/server/answer-mcp";
import type { McpOptions } from "#tools/mcp/server/mcp-server";
import type { ToolsApp } from "./routes/app.ts";

/** Without sessions there is nothing to `GET` or `DELETE`: both are 405. */
export function mountMcp(app: ToolsApp, options: McpOptions = {}): void {
	app.post(mcpPath, async (c) => {
		checkPolicy("run", c.var.caller);
		return await answerMcp(c.var.context, c.req.raw, await c.req.text(), options);
	});
}
