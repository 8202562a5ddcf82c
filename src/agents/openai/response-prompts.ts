/**
 * The input of a response as the model's prompt; calls that belong together become one message, and which tool a result
 * is of is for `answerClientCalls` to say.
 */
import type { LanguageModelV4Message } from "@ai-sdk/provider";
import { parseInput } from "#agents/model-answer";
import { imagePart } from "./image-part.ts";
import type { InputItem, InputPart, ResponseRequest } from "./response-request.ts";

export function responsePrompts(input: ResponseRequest["input"]): LanguageModelV4Message[] {
	if (typeof input === "string") return [{ role: "user", content: [{ type: "text", text: input }] }];
	const prompts: LanguageModelV4Message[] = [];
	input.forEach((item, i) => {
		const prompt = promptOf(item, `/input/${i}`);
		const last = prompts.at(-1);
		if (prompt?.role === "assistant" && last?.role === "assistant") last.content.push(...prompt.content);
		else if (prompt) prompts.push(prompt);
	});
	return prompts;
}

function promptOf(item: InputItem, pointer: string): LanguageModelV4Message | undefined {
	switch (item.type) {
		case "reasoning":
			return undefined;
		case "function_call": {
			const { call_id: toolCallId, name: toolName } = item;
			const input = parseInput(item.arguments);
			return { role: "assistant", content: [{ type: "tool-call", toolCallId, toolName, input }] };
		}
		case "function_call_output": {
			const { call_id: toolCallId, output } = item;
			const value = { type: "text" as const, value: textOf(output) };
			return { role: "tool", content: [{ type: "tool-result", toolCallId, toolName: "", output: value }] };
		}
		default:
			return message(item, pointer);
	}
}

function message({ role, content }: Extract<InputItem, { role: string }>, pointer: string): LanguageModelV4Message {
	if (role === "system" || role === "developer") return { role: "system", content: textOf(content) };
	if (role === "assistant" || typeof content === "string") {
		return { role: role === "assistant" ? role : "user", content: [{ type: "text", text: textOf(content) }] };
	}
	return {
		role: "user",
		content: content.map((part, i) =>
			part.type === "input_image"
				? imagePart(part.image_url, `${pointer}/content/${i}/image_url`)
				: { type: "text", text: textOf([part]) },
		),
	};
}

function textOf(content: string | InputPart[]): string {
	if (typeof content === "string") return content;
	return content
		.map((part) => {
			if (part.type === "input_image") return "";
			return part.type === "refusal" ? part.refusal : part.text;
		})
		.join("");
}
