/** `GET /api/v1/tools/{toolId}/health`: whether the tool can be called now. */
import { z } from "zod";
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import { getTool } from "#tools/get-tool";
import type { ToolsApp } from "./app.ts";
import { ToolParams } from "./params.ts";

const Health = z
	.object({ status: z.enum(["healthy", "unhealthy"]), toolId: z.string(), version: z.string() })
	.meta({ id: "ToolHealth" });

const route = defineRoute({
	method: "get",
	path: "/api/v1/tools/{toolId}/health",
	policy: "read",
	tags: ["Tools"],
	summary: "Check a tool",
	description: "A tool that is switched off is unhealthy.",
	request: { params: ToolParams },
	responses: { 200: jsonAnswer("Its health.", Health) },
});

export function mountGetToolHealth(app: ToolsApp): void {
	app.openapi(route, async (c) => {
		const { id, status, version } = await getTool(c.var.context, c.req.valid("param").toolId);
		return c.json({ status: status === "active" ? "healthy" : "unhealthy", toolId: id, version } as const, 200);
	});
}
