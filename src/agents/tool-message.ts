/** The message that answers a tool call; `output` is what the model reads. */
import type { LanguageModelV4ToolCallPart, LanguageModelV4ToolResultOutput } from "@ai-sdk/provider";
import type { NewMessage } from "./conversation.ts";

export interface AnsweredCall {
	runId: string;
	agentId: string;
	/** The tool's id, where its name for the model is another. */
	toolId?: string;
	call: LanguageModelV4ToolCallPart;
	output: LanguageModelV4ToolResultOutput;
	/** Milliseconds. */
	duration: number;
}

export function toolMessage({ runId, agentId, toolId, call, output, duration }: AnsweredCall): NewMessage {
	const { toolCallId, toolName, input } = call;
	const value = "value" in output ? output.value : null;
	const id = toolId ?? toolName;
	return {
		...{ runId, agentId, toolId: id },
		prompt: { role: "tool", content: [{ type: "tool-result", toolCallId, toolName, output }] },
		content: typeof value === "string" ? value : JSON.stringify(value),
		metadata: { toolCall: { toolId: id, input, output: value, duration } },
	};
}
