/** `GET /api/v1/tools/{toolId}`. */
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import { getTool } from "#tools/get-tool";
import { Tool } from "#tools/schema";
import type { ToolsApp } from "./app.ts";
import { ToolParams } from "./params.ts";

const route = defineRoute({
	method: "get",
	path: "/api/v1/tools/{toolId}",
	policy: "read",
	tags: ["Tools"],
	summary: "Get a tool",
	request: { params: ToolParams },
	responses: { 200: jsonAnswer("The tool.", Tool) },
});

export function mountGetTool(app: ToolsApp): void {
	app.openapi(route, async (c) => c.json(await getTool(c.var.context, c.req.valid("param").toolId), 200));
}
