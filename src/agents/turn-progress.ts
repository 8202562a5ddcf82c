/** Where a turn stands, read from what it has recorded: the same after a crash as before. */
import type { LanguageModelV4Message, LanguageModelV4ToolCallPart } from "@ai-sdk/provider";
import type { Citation, ToolCall, TurnResult, Usage } from "./schema.ts";
import type { RecordedMessage } from "./turn.ts";

export interface TurnProgress {
	/** Model calls made. */
	steps: number;
	usage: Usage;
	/** Tool calls that the model has asked for and that have no result yet. */
	pending: LanguageModelV4ToolCallPart[];
	toolCalls: ToolCall[];
	citations: Citation[];
	/** All that the model has said, one paragraph a step. */
	response: string;
	finishReason: string;
}

/** What the turn keeps in the metadata of an assistant message. */
export interface StepMetadata {
	usage: Usage;
	finishReason: string;
	model: string;
	citations: Citation[];
	/** Of the tools that were called, by the call's id. */
	toolIds?: Record<string, string>;
}

export function turnProgress(recorded: RecordedMessage[]): TurnProgress {
	const answers = recorded.filter(({ prompt }) => prompt.role === "assistant");
	const steps = answers.map(({ metadata }) => metadata as unknown as StepMetadata);
	const results = recorded.filter(({ prompt }) => prompt.role === "tool");
	const answered = new Set(results.flatMap(({ prompt }) => resultIds(prompt)));
	return {
		steps: steps.length,
		usage: steps.reduce((sum, { usage }) => addUsage(sum, usage), noUsage),
		pending: answers.flatMap(({ prompt }) => callsOf(prompt)).filter(({ toolCallId }) => !answered.has(toolCallId)),
		toolCalls: results.map(({ metadata }) => metadata.toolCall as ToolCall).filter(Boolean),
		citations: steps.flatMap(({ citations }) => citations),
		response: answers
			.map(({ content }) => content)
			.filter(Boolean)
			.join("\n\n"),
		finishReason: steps.at(-1)?.finishReason ?? "none",
	};
}

export function turnResult(progress: TurnProgress, model: string): TurnResult {
	const { response, toolCalls, citations, usage, steps, finishReason } = progress;
	return { response, toolCalls, citations, usage, steps, finishReason, model };
}

const noUsage: Usage = { promptTokens: 0, completionTokens: 0, totalTokens: 0 };

export function addUsage(a: Usage, b: Usage): Usage {
	return {
		promptTokens: a.promptTokens + b.promptTokens,
		completionTokens: a.completionTokens + b.completionTokens,
		totalTokens: a.totalTokens + b.totalTokens,
	};
}

export function callsOf(prompt: LanguageModelV4Message): LanguageModelV4ToolCallPart[] {
	return prompt.role === "assistant" ? prompt.content.filter((part) => part.type === "tool-call") : [];
}

function resultIds(prompt: LanguageModelV4Message): string[] {
	if (prompt.role !== "tool") return [];
	return prompt.content.filter((part) => part.type === "tool-result").map(({ toolCallId }) => toolCallId);
}
