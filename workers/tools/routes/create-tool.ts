/** `POST /api/v1/tools`: creates a custom tool. */
import { jsonAnswer, jsonBody } from "#http/json-content";
import { defineRoute } from "#http/route";
import { createTool } from "#tools/create-tool";
import { CreateTool, Tool } from "#tools/schema";
import type { ToolsApp } from "./app.ts";

const route = defineRoute({
	method: "post",
	path: "/api/v1/tools",
	policy: "write",
	tags: ["Tools"],
	summary: "Create a custom tool",
	description:
		"Its source is JavaScript or TypeScript that runs in a sandbox: it reaches nothing but its parameters and the hosts " +
		"that it declares, and is stopped at its limits.",
	request: { body: jsonBody(CreateTool) },
	responses: { 201: jsonAnswer("The tool.", Tool) },
});

export function mountCreateTool(app: ToolsApp): void {
	app.openapi(route, async (c) => c.json(await createTool(c.var.context, c.req.valid("json")), 201));
}
