/** `POST /v1/chat/completions`: an agent as a model; the client brings the whole conversation. */
import { chatCompletion } from "#agents/openai/chat-completion";
import { ChatRequest } from "#agents/openai/chat-request";
import { chatTurn } from "#agents/openai/chat-turn";
import { runFailure } from "#agents/openai/run-failure";
import { AppError } from "#core/errors";
import { jsonBody } from "#http/json-content";
import { defineRoute } from "#http/route";
import { isSettled } from "#run/run";
import { maxWaitMs } from "#run/max-wait";
import type { AgentsApp } from "./app.ts";
import { eventStream, openAiErrors, openAiObject, passOn } from "./openai-answers.ts";

const route = defineRoute({
	method: "post",
	path: "/v1/chat/completions",
	policy: "run",
	tags: ["OpenAI"],
	summary: "Chat with an agent, as OpenAI's clients do",
	description:
		"The agent makes its own tools' calls; calls of the request's `tools` are left to the client. A client that goes " +
		"away does not stop the run: it goes on and can be found under /api/v1/agents/executions.",
	request: { body: jsonBody(ChatRequest) },
	responses: {
		200: {
			description: "The completion, or its chunks.",
			content: { "application/json": { schema: openAiObject }, ...eventStream },
		},
		...openAiErrors,
	},
});

export function mountCreateChatCompletion(app: AgentsApp): void {
	app.openapi(route, async (c) => {
		const { context } = c.var;
		const request = c.req.valid("json");
		const { model } = request;
		const { home, message } = await chatTurn(context, request);
		const object = context.home(home);
		if (request.stream) {
			const includeUsage = request.stream_options?.include_usage ?? false;
			const format = { kind: "chat.completion" as const, model, includeUsage };
			return passOn(await object.sendAndStream(context.caller, message, format));
		}
		const run = await object.sendAndSettle(context.caller, message, maxWaitMs);
		const failure = runFailure(run);
		if (failure) throw failure;
		if (!isSettled(run.status)) {
			throw new AppError(
				"gateway_timeout",
				`The answer takes too long to wait for; it goes on as ${run.id}. Stream it.`,
			);
		}
		return c.json(chatCompletion(run, model), 200);
	});
}
