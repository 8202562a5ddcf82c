/** `POST /api/v1/agents/{agentId}/execute`: a message for an agent; the answer as JSON, as a stream, or later. */
import { ExecuteAgent, ExecuteAgentResponse } from "#agents/schema";
import { prepareTurn, startTurn } from "#agents/start-turn";
import { acceptedTurn, turnResponse } from "#agents/turn-response";
import { jsonAnswer, jsonBody } from "#http/json-content";
import { parsePrefer } from "#http/prefer";
import { defineRoute } from "#http/route";
import { maxWaitMs } from "#run/max-wait";
import { isSettled } from "#run/run";
import type { AgentsApp } from "./app.ts";
import { AgentParams } from "./params.ts";

const route = defineRoute({
	method: "post",
	path: "/api/v1/agents/{agentId}/execute",
	policy: "run",
	tags: ["Agents"],
	summary: "Run an agent",
	description:
		"`streaming: true` answers as server-sent events. `Prefer: respond-async` answers 202 at once, `Prefer: wait=N` after " +
		"N seconds at the latest. `Idempotency-Key` makes it safe to send again.",
	request: { params: AgentParams, body: jsonBody(ExecuteAgent) },
	responses: {
		200: {
			description: "The answer, or its events.",
			content: {
				"application/json": { schema: ExecuteAgentResponse },
				"text/event-stream": { schema: { type: "string" } },
			},
		},
		202: jsonAnswer("Accepted; `Location` names the execution.", ExecuteAgentResponse),
	},
});

export function mountExecuteAgent(app: AgentsApp): void {
	app.openapi(route, async (c) => {
		const { context } = c.var;
		const { caller } = context;
		const input = c.req.valid("json");
		const { message, streaming } = await prepareTurn(context, c.req.valid("param").agentId, input);
		if (streaming) return await startTurn(context, message, (home) => home.sendAndFollow(caller, message));
		const { respondAsync, waitMs = maxWaitMs } = parsePrefer(c.req.header("prefer"));
		const ms = respondAsync ? 0 : Math.min(waitMs, maxWaitMs);
		const run = await startTurn(context, message, (home) => home.sendAndSettle(caller, message, ms));
		const location = { location: `/api/v1/agents/executions/${run.id}` };
		if (respondAsync) return c.json(acceptedTurn(run), 202, location);
		return c.json(turnResponse(run), isSettled(run.status) ? 200 : 202, location);
	});
}
