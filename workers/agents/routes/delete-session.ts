/** `DELETE /api/v1/agents/sessions/{sessionId}`: erases a conversation and all that belongs to it. */
import { eraseSession } from "#agents/erase-session";
import { defineRoute } from "#http/route";
import type { AgentsApp } from "./app.ts";
import { SessionParams } from "./params.ts";

const route = defineRoute({
	method: "delete",
	path: "/api/v1/agents/sessions/{sessionId}",
	policy: "run",
	tags: ["Sessions"],
	summary: "Erase a session",
	description: "Its runs are cancelled; messages, events, executions and attachments are gone for good.",
	request: { params: SessionParams },
	responses: { 204: { description: "It is gone." } },
});

export function mountDeleteSession(app: AgentsApp): void {
	app.openapi(route, async (c) => {
		await eraseSession(c.var.context, c.req.valid("param").sessionId);
		return c.body(null, 204);
	});
}
