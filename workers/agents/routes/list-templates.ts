/** `GET /api/v1/agents/templates`: the caller's templates and public ones, newest first. */
import { z } from "zod";
import { AgentTemplate } from "#agents/schema";
import { listTemplates } from "#agents/store";
import { jsonAnswer } from "#http/json-content";
import { PageQuery, pageRequest } from "#http/page-query";
import { defineRoute } from "#http/route";
import type { AgentsApp } from "./app.ts";

const Templates = z.object({ templates: z.array(AgentTemplate), nextCursor: z.string().optional() });

const route = defineRoute({
	method: "get",
	path: "/api/v1/agents/templates",
	policy: "read",
	tags: ["Templates"],
	summary: "List templates",
	request: { query: PageQuery },
	responses: { 200: jsonAnswer("A page of templates.", Templates) },
});

export function mountListTemplates(app: AgentsApp): void {
	app.openapi(route, async (c) => {
		const { items, nextCursor } = await listTemplates(c.var.context, pageRequest(c.req.valid("query")));
		return c.json({ templates: items, nextCursor }, 200);
	});
}
