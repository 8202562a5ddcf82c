/** `DELETE /api/v1/providers/{providerId}`. */
import { deleteProvider } from "#agents/store";
import { defineRoute } from "#http/route";
import type { AgentsApp } from "./app.ts";
import { ProviderParams } from "./params.ts";

const route = defineRoute({
	method: "delete",
	path: "/api/v1/providers/{providerId}",
	policy: "write",
	tags: ["Providers"],
	summary: "Delete a model provider",
	request: { params: ProviderParams },
	responses: { 204: { description: "It is gone." } },
});

export function mountDeleteProvider(app: AgentsApp): void {
	app.openapi(route, async (c) => {
		await deleteProvider(c.var.context, c.req.valid("param").providerId);
		return c.body(null, 204);
	});
}
