/** `POST /v1/responses`: a turn of an agent in a conversation that the platform keeps. */
import { previousNotFound } from "#agents/openai/previous-response";
import { responseObject } from "#agents/openai/response-object";
import { ResponseRequest } from "#agents/openai/response-request";
import { responseTurn } from "#agents/openai/response-turn";
import { runFailure } from "#agents/openai/run-failure";
import { jsonBody } from "#http/json-content";
import { defineRoute } from "#http/route";
import { maxWaitMs } from "#run/max-wait";
import type { AgentsApp } from "./app.ts";
import { eventStream, openAiErrors, openAiObject, passOn } from "./openai-answers.ts";

const route = defineRoute({
	method: "post",
	path: "/v1/responses",
	policy: "run",
	tags: ["OpenAI"],
	summary: "Ask an agent for a response, as OpenAI's clients do",
	description:
		"`previous_response_id` continues that response's session, of which it must be the last. A response that takes " +
		"longer than a request can wait is answered with its `status`, to be got by its id; so it is with `background`.",
	request: { body: jsonBody(ResponseRequest) },
	responses: {
		200: {
			description: "The response, or its events.",
			content: { "application/json": { schema: openAiObject }, ...eventStream },
		},
		...openAiErrors,
	},
});

export function mountCreateResponse(app: AgentsApp): void {
	app.openapi(route, async (c) => {
		const { context } = c.var;
		const request = c.req.valid("json");
		const { model, previous_response_id: previous } = request;
		const { home, message } = await responseTurn(context, request);
		const object = context.home(home);
		try {
			if (request.stream) {
				return passOn(await object.sendAndStream(context.caller, message, { kind: "response", model }));
			}
			const run = await object.sendAndSettle(context.caller, message, request.background ? 0 : maxWaitMs);
			const failure = runFailure(run);
			if (failure) throw failure;
			return c.json(responseObject(run, model), 200);
		} catch (error) {
			throw previous ? previousNotFound(error) : error;
		}
	});
}
