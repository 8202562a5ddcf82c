/** `DELETE /api/v1/agents/templates/{templateId}`. */
import { removeTemplate } from "#agents/remove-template";
import { defineRoute } from "#http/route";
import type { AgentsApp } from "./app.ts";
import { TemplateParams } from "./params.ts";

const route = defineRoute({
	method: "delete",
	path: "/api/v1/agents/templates/{templateId}",
	policy: "write",
	tags: ["Templates"],
	summary: "Delete a template",
	request: { params: TemplateParams },
	responses: { 204: { description: "It is gone." } },
});

export function mountDeleteTemplate(app: AgentsApp): void {
	app.openapi(route, async (c) => {
		await removeTemplate(c.var.context, c.req.valid("param").templateId);
		return c.body(null, 204);
	});
}
