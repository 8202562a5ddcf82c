/** `/api/v1/agents/sessions/{sessionId}/stream`: the live side of a session, by WebSocket. */
import { upgradeRequest } from "#run/upgrade-request";
import { z } from "zod";
import { homeOfSession } from "#agents/session-id";
import { AppError } from "#core/errors";
import { defineRoute } from "#http/route";
import type { AgentsApp } from "./app.ts";
import { SessionParams } from "./params.ts";

/** Nothing else reaches the SDK: its other transport would keep a socket out of the reach of a revoked login. */
const SessionQuery = z.object({
	after: z.string().max(32).optional(),
	_pk: z.string().max(64).optional().meta({ description: "Connection id of the SDK's client." }),
});

const route = defineRoute({
	method: "get",
	path: "/api/v1/agents/sessions/{sessionId}/stream",
	policy: "run",
	tags: ["Sessions"],
	summary: "Talk to a session by WebSocket",
	description:
		'Frames out: `{type: "event", cursor, event}` for every event of every run after `after` (a cursor), and the frames ' +
		'of the `agents` SDK\'s client. Frames in: `{type: "message", message}`, `{type: "cancel"}`, or calls of the SDK.',
	request: { params: SessionParams, query: SessionQuery },
	responses: { 101: { description: "A WebSocket." } },
});

export function mountStreamSession(app: AgentsApp): void {
	app.openapi(route, async (c) => {
		const { caller, home } = c.var.context;
		const object = home(homeOfSession(c.req.valid("param").sessionId));
		await object.session(caller);
		if (c.req.header("upgrade")?.toLowerCase() !== "websocket") {
			throw new AppError("malformed_request", "A session streams by WebSocket: send `Upgrade: websocket`.");
		}
		const query = new URLSearchParams(c.req.valid("query"));
		return await object.fetch(upgradeRequest(`/session?${query.toString()}`, caller));
	});
}
