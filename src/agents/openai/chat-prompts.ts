/** Chat messages as the model's prompt; which tool a result is of is for `answerClientCalls` to say. */
import type { LanguageModelV4Message } from "@ai-sdk/provider";
import { parseInput } from "#agents/model-answer";
import type { ChatMessage } from "./chat-request.ts";
import { imagePart } from "./image-part.ts";
import { checkSize } from "./prompt-size.ts";

export function chatPrompts(messages: ChatMessage[]): LanguageModelV4Message[] {
	return messages.map((message, i) => {
		const prompt = promptOf(message, `/messages/${i}`);
		checkSize(prompt, `/messages/${i}`);
		return prompt;
	});
}

function promptOf(message: ChatMessage, pointer: string): LanguageModelV4Message {
	switch (message.role) {
		case "system":
		case "developer":
			return { role: "system", content: textOf(message.content) };
		case "user":
			return { role: "user", content: userParts(message.content, pointer) };
		case "assistant":
			return { role: "assistant", content: assistantParts(message) };
		case "tool": {
			const { tool_call_id: toolCallId, content } = message;
			const output = { type: "text" as const, value: textOf(content) };
			return { role: "tool", content: [{ type: "tool-result", toolCallId, toolName: "", output }] };
		}
	}
}

function userParts(content: Extract<ChatMessage, { role: "user" }>["content"], pointer: string) {
	if (typeof content === "string") return [{ type: "text" as const, text: content }];
	return content.map((part, i) =>
		part.type === "text"
			? { type: "text" as const, text: part.text }
			: imagePart(part.image_url.url, `${pointer}/content/${i}/image_url/url`),
	);
}

function assistantParts({ content, refusal, tool_calls }: Extract<ChatMessage, { role: "assistant" }>) {
	const text = textOf(content ?? refusal ?? "");
	const calls = (tool_calls ?? []).map(({ id, function: { name, arguments: input } }) => ({
		type: "tool-call" as const,
		toolCallId: id,
		toolName: name,
		input: parseInput(input),
	}));
	return text === "" ? calls : [{ type: "text" as const, text }, ...calls];
}

function textOf(content: string | ({ text: string } | { refusal: string })[]): string {
	if (typeof content === "string") return content;
	return content.map((part) => ("text" in part ? part.text : part.refusal)).join("");
}
