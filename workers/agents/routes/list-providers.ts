/** `GET /api/v1/providers`: the caller's own model providers. */
import { z } from "zod";
import { providerView } from "#agents/add-provider";
import { Provider } from "#agents/schema";
import { listProviders } from "#agents/store";
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";
import type { AgentsApp } from "./app.ts";

const route = defineRoute({
	method: "get",
	path: "/api/v1/providers",
	policy: "read",
	tags: ["Providers"],
	summary: "List your model providers",
	responses: { 200: jsonAnswer("The providers.", z.object({ providers: z.array(Provider) })) },
});

export function mountListProviders(app: AgentsApp): void {
	app.openapi(route, async (c) => c.json({ providers: (await listProviders(c.var.context)).map(providerView) }, 200));
}
