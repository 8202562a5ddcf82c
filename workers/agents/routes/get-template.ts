/** `GET /api/v1/agents/templates/{templateId}`. */
import { AgentTemplate } from "#agents/schema";
import { getTemplate } from "#agents/store";
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import type { AgentsApp } from "./app.ts";
import { TemplateParams } from "./params.ts";

const route = defineRoute({
	method: "get",
	path: "/api/v1/agents/templates/{templateId}",
	policy: "read",
	tags: ["Templates"],
	summary: "Get a template",
	request: { params: TemplateParams },
	responses: { 200: jsonAnswer("The template.", AgentTemplate) },
});

export function mountGetTemplate(app: AgentsApp): void {
	app.openapi(route, async (c) => c.json(await getTemplate(c.var.context, c.req.valid("param").templateId), 200));
}
