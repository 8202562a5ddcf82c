/** `PATCH /api/v1/tools/{toolId}`: a new version of a custom tool. */
import { jsonAnswer, jsonBody } from "#http/json-content";
import { defineRoute } from "#http/route";
import { Tool, UpdateTool } from "#tools/schema";
import { updateTool } from "#tools/update-tool";
import type { ToolsApp } from "./app.ts";
import { ToolParams } from "./params.ts";

const route = defineRoute({
	method: "patch",
	path: "/api/v1/tools/{toolId}",
	policy: "write",
	tags: ["Tools"],
	summary: "Change a custom tool",
	description: "Every change is a new version. `status` switches it off and on.",
	request: { params: ToolParams, body: jsonBody(UpdateTool) },
	responses: { 200: jsonAnswer("The tool as it is now.", Tool) },
});

export function mountUpdateTool(app: ToolsApp): void {
	app.openapi(route, async (c) =>
		c.json(await updateTool(c.var.context, c.req.valid("param").toolId, c.req.valid("json")), 200),
	);
}
