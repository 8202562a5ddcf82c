/** `/api/v1/agents/executions/{executionId}/stream`: the log of an execution as SSE, or as a WebSocket by upgrade. */
import { z } from "zod";
import { upgradeRequest } from "#agents/session-sockets";
import { defineRoute } from "#http/route";
import { homeOf } from "#run/run-id";
import { parseAfter } from "#run/run-sockets";
import type { AgentsApp } from "./app.ts";
import { ExecutionParams } from "./params.ts";

const After = z.string().optional().meta({ description: "Sequence number of the last event that the client has." });

const route = defineRoute({
	method: "get",
	path: "/api/v1/agents/executions/{executionId}/stream",
	policy: "read",
	tags: ["Executions"],
	summary: "Stream the events of an execution",
	description:
		"Every event once, in order, from `Last-Event-ID` or `after`; live until the execution has ended. `204`: there is " +
		"nothing more to come. With `Upgrade: websocket` the same events are JSON text frames.",
	request: {
		params: ExecutionParams,
		query: z.object({ after: After }),
		headers: z.object({ "last-event-id": After }),
	},
	responses: {
		200: { description: "Events.", content: { "text/event-stream": { schema: { type: "string" } } } },
		101: { description: "A WebSocket with the same events." },
		204: { description: "The execution has ended, and the client has all of it." },
	},
});

export function mountStreamExecution(app: AgentsApp): void {
	app.openapi(route, async (c) => {
		const { executionId } = c.req.valid("param");
		const { caller, home } = c.var.context;
		const object = home(homeOf(executionId));
		if (c.req.header("upgrade")?.toLowerCase() === "websocket") {
			await object.find(caller, executionId);
			const after = String(parseAfter(c.req.query("after")));
			const query = new URLSearchParams({ run: executionId, after }).toString();
			return await object.fetch(upgradeRequest(`/run?${query}`, caller));
		}
		const after = parseAfter(c.req.header("last-event-id") ?? c.req.query("after"));
		const { status, headers, body } = await object.stream(caller, executionId, after);
		return new Response(body, { status, headers });
	});
}
