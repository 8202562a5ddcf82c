/** `DELETE /api/v1/tools/{toolId}`. */
import { defineRoute } from "#http/route";
import { deleteTool } from "#tools/store";
import { ownTool } from "#tools/update-tool";
import type { ToolsApp } from "./app.ts";
import { ToolParams } from "./params.ts";

const route = defineRoute({
	method: "delete",
	path: "/api/v1/tools/{toolId}",
	policy: "write",
	tags: ["Tools"],
	summary: "Delete a custom tool",
	description: "Its executions stay readable.",
	request: { params: ToolParams },
	responses: { 204: { description: "It is gone." } },
});

export function mountDeleteTool(app: ToolsApp): void {
	app.openapi(route, async (c) => {
		const { id } = await ownTool(c.var.context, c.req.valid("param").toolId);
		await deleteTool(c.var.context, id);
		return c.body(null, 204);
	});
}
