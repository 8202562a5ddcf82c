/** `POST /api/v1/agents/templates/{templateId}/instantiate`: a new agent from a template. */
import { instantiateTemplate } from "#agents/instantiate-template";
import { Agent, InstantiateTemplate } from "#agents/schema";
import { jsonAnswer, jsonBody } from "#http/json-content";
import { defineRoute } from "#http/route";
import type { AgentsApp } from "./app.ts";
import { TemplateParams } from "./params.ts";

const route = defineRoute({
	method: "post",
	path: "/api/v1/agents/templates/{templateId}/instantiate",
	policy: "write",
	tags: ["Templates"],
	summary: "Create an agent from a template",
	request: { params: TemplateParams, body: jsonBody(InstantiateTemplate) },
	responses: { 201: jsonAnswer("The agent.", Agent) },
});

export function mountInstantiateTemplate(app: AgentsApp): void {
	app.openapi(route, async (c) =>
		c.json(await instantiateTemplate(c.var.context, c.req.valid("param").templateId, c.req.valid("json")), 201),
	);
}
