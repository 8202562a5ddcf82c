/** `POST /api/v1/tools/{toolId}/approve`: takes a tool as its MCP server describes it now. */
import { z } from "zod";
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import { approveTool } from "#tools/mcp/approve-tool";
import { Tool } from "#tools/schema";
import type { ToolsApp } from "./app.ts";
import { ToolParams } from "./params.ts";

const Query = z.object({
	hash: z
		.string()
		.max(100)
		.optional()
		.meta({ description: "`pending.hash` of the version that you have read; another is refused." }),
});

const route = defineRoute({
	method: "post",
	path: "/api/v1/tools/{toolId}/approve",
	policy: "write",
	tags: ["Tools"],
	summary: "Approve a changed tool of an MCP server",
	description: "Takes the description and the schemas of `pending`, and switches the tool on.",
	request: { params: ToolParams, query: Query },
	responses: { 200: jsonAnswer("The tool as it is now.", Tool) },
});

export function mountApproveTool(app: ToolsApp): void {
	app.openapi(route, async (c) =>
		c.json(await approveTool(c.var.context, c.req.valid("param").toolId, c.req.valid("query").hash), 200),
	);
}
