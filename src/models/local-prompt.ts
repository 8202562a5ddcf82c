/** What the stand-ins read out of a prompt: the last message, what was said before, and what the tools gave back. */

import type {
	LanguageModelV4Prompt,
	LanguageModelV4ToolCallPart,
	LanguageModelV4ToolResultPart,
} from "@ai-sdk/provider";

export interface LocalTurn {
	/** Text of the last user message. */
	message: string;
	/** Texts of the user messages before it. */
	earlier: string[];
	/** All system messages. */
	instructions: string;
	/** Tool calls since the last user message, in order. */
	calls: LanguageModelV4ToolCallPart[];
	/** Their results, as far as there are any. */
	results: LanguageModelV4ToolResultPart[];
	/** The number that the next tool call's id gets, different from all those in the prompt. */
	nextCall: number;
}

const callIdPattern = /^call_(\d+)$/;

export function readTurn(prompt: LanguageModelV4Prompt): LocalTurn {
	const said: string[] = [];
	const instructions: string[] = [];
	let calls: LanguageModelV4ToolCallPart[] = [];
	let results: LanguageModelV4ToolResultPart[] = [];
	let nextCall = 1;
	for (const message of prompt) {
		if (message.role === "system") {
			instructions.push(message.content);
			continue;
		}
		if (message.role === "user") {
			said.push(
				message.content
					.map((part) => (part.type === "text" ? part.text : ""))
					.join(" ")
					.trim(),
			);
			calls = [];
			results = [];
			continue;
		}
		for (const part of message.content) {
			if (part.type === "tool-result") results.push(part);
			if (part.type !== "tool-call") continue;
			calls.push(part);
			nextCall = Math.max(nextCall, Number(callIdPattern.exec(part.toolCallId)?.[1] ?? 0) + 1);
		}
	}
	const message = said.pop() ?? "";
	return { message, earlier: said, instructions: instructions.join("\n"), calls, results, nextCall };
}

/** The result of a tool as its author wrote it, JSON as JSON. */
export function resultText({ output }: LanguageModelV4ToolResultPart): string {
	switch (output.type) {
		case "text":
		case "error-text":
			return output.value;
		case "json":
		case "error-json":
			return JSON.stringify(output.value);
		case "execution-denied":
			return output.reason ?? "";
		case "content":
			return output.value.map((part) => (part.type === "text" ? part.text : "")).join("\n");
	}
}
