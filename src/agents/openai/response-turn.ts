/** A response request as a turn of an agent, in the session of the response that it continues or in a new one. */
import { answerClientCalls } from "#agents/answer-client-calls";
import type { AgentsContext } from "#agents/context";
import { homeOfSession, sessionIdOf } from "#agents/session-id";
import { homeOf } from "#run/run-id";
import { agentOfModel } from "./agent-of-model.ts";
import { offeredTools } from "./client-tools.ts";
import { type GivenTurn, givenTurn } from "./given-turn.ts";
import { responseFormat } from "./model-settings.ts";
import { runOfResponse } from "./openai-id.ts";
import { poolHome } from "./pool-home.ts";
import { previousNotFound } from "./previous-response.ts";
import { checkSize } from "./prompt-size.ts";
import { responsePrompts } from "./response-prompts.ts";
import type { ResponseRequest } from "./response-request.ts";

export async function responseTurn(ctx: AgentsContext, request: ResponseRequest): Promise<GivenTurn> {
	const { previous_response_id: previous, instructions, tools, tool_choice: choice, metadata } = request;
	const prompts = responsePrompts(request.input);
	checkSize(prompts, "/input");
	if (!previous) answerClientCalls(prompts, [], "/input");
	const agent = await agentOfModel(ctx, request.model);
	const chosen = choice ?? undefined;
	const { clientTools, toolChoice } = offeredTools(agent, tools ?? [], chosen);
	const previousRunId = previous ? runOfPrevious(previous) : undefined;
	const detached = !previous && request.store === false;
	const settings = {
		instructions: instructions ?? undefined,
		temperature: request.temperature ?? undefined,
		topP: request.top_p ?? undefined,
		maxTokens: request.max_output_tokens ?? undefined,
		responseFormat: responseFormat(request.text?.format),
		toolChoice,
	};
	const rest = { metadata: metadata ?? undefined, clientTools, settings, previousRunId };
	const home = previousRunId ? homeOf(previousRunId) : detached ? await poolHome(ctx.caller.userId) : ctx.newHome();
	return await givenTurn(ctx, { agent, home, detached, prompts, rest, request });
}

/** The run of a response that can be continued, which one outside of a session cannot. */
function runOfPrevious(id: string): string {
	try {
		const runId = runOfResponse(id);
		homeOfSession(sessionIdOf(homeOf(runId)));
		return runId;
	} catch (error) {
		throw previousNotFound(error);
	}
}
