/** A chat completion request as a turn of an agent: detached, because the client brings the whole conversation. */
import { answerClientCalls } from "#agents/answer-client-calls";
import type { AgentsContext } from "#agents/context";
import type { TurnSettings } from "#agents/turn";
import { agentOfModel } from "./agent-of-model.ts";
import { chatPrompts } from "./chat-prompts.ts";
import type { ChatRequest } from "./chat-request.ts";
import { offeredTools } from "./client-tools.ts";
import { type GivenTurn, givenTurn } from "./given-turn.ts";
import { responseFormat } from "./model-settings.ts";
import { poolHome } from "./pool-home.ts";

export async function chatTurn(ctx: AgentsContext, request: ChatRequest): Promise<GivenTurn> {
	const prompts = chatPrompts(request.messages);
	answerClientCalls(prompts, [], "/messages");
	const { tools, tool_choice: choice, metadata } = request;
	const [agent, home] = await Promise.all([agentOfModel(ctx, request.model), poolHome(ctx.caller.userId)]);
	const functions = (tools ?? []).map((tool) => tool.function);
	const chosen = typeof choice === "object" && choice ? choice.function : (choice ?? undefined);
	const { clientTools, toolChoice } = offeredTools(agent, functions, chosen);
	const rest = { metadata: metadata ?? undefined, clientTools, settings: { ...settingsOf(request), toolChoice } };
	return await givenTurn(ctx, { agent, home, detached: true, prompts, rest, request });
}

function settingsOf(request: ChatRequest): TurnSettings {
	const { stop } = request;
	return {
		temperature: request.temperature ?? undefined,
		topP: request.top_p ?? undefined,
		maxTokens: request.max_completion_tokens ?? request.max_tokens ?? undefined,
		stopSequences: typeof stop === "string" ? [stop] : (stop ?? undefined),
		seed: request.seed ?? undefined,
		presencePenalty: request.presence_penalty ?? undefined,
		frequencyPenalty: request.frequency_penalty ?? undefined,
		responseFormat: responseFormat(flatFormat(request.response_format)),
	};
}

function flatFormat(format: ChatRequest["response_format"]) {
	return format?.type === "json_schema" ? { type: format.type, ...format.json_schema } : format;
}
