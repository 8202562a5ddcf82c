/** A settled turn as a chat completion. */
import type { TurnResult, Usage } from "#agents/schema";
import type { TurnRun } from "#agents/turn";
import { chatCompletionId } from "./openai-id.ts";

export function chatCompletion(run: TurnRun, model: string) {
	const { result } = run;
	const toolCalls = chatToolCalls(result);
	return {
		id: chatCompletionId(run.id),
		object: "chat.completion" as const,
		created: Math.floor(run.startedAt / 1_000),
		model,
		choices: [
			{
				index: 0,
				message: {
					role: "assistant" as const,
					content: result?.response === "" && toolCalls.length > 0 ? null : (result?.response ?? ""),
					refusal: null,
					...(toolCalls.length > 0 && { tool_calls: toolCalls }),
				},
				logprobs: null,
				finish_reason: finishReason(result),
			},
		],
		usage: chatUsage(result?.usage),
	};
}

export function chatToolCalls(result: TurnResult | undefined) {
	return (result?.clientToolCalls ?? []).map(({ id, name, input }) => ({
		id,
		type: "function" as const,
		function: { name, arguments: callArguments(input) },
	}));
}

/** As the model wrote them, where they were not JSON. */
export function callArguments(input: unknown): string {
	return typeof input === "string" ? input : JSON.stringify(input);
}

export function finishReason(result: TurnResult | undefined): "stop" | "length" | "content_filter" | "tool_calls" {
	if (result?.clientToolCalls) return "tool_calls";
	if (result?.finishReason === "length") return "length";
	return result?.finishReason === "content-filter" ? "content_filter" : "stop";
}

export function chatUsage({ promptTokens, completionTokens, totalTokens }: Usage = noUsage) {
	return { prompt_tokens: promptTokens, completion_tokens: completionTokens, total_tokens: totalTokens };
}

const noUsage: Usage = { promptTokens: 0, completionTokens: 0, totalTokens: 0 };
