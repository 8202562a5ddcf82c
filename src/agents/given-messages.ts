/** What a request adds to a conversation: a person's message, or messages that a client has put together. */
import type { LanguageModelV4Message } from "@ai-sdk/provider";
import { attachmentIdsIn } from "./attachments.ts";
import type { SendMessage } from "./session-home.ts";
import type { NewMessage } from "./conversation.ts";
import { userMessage } from "./user-message.ts";

export function givenMessages(message: SendMessage): NewMessage[] {
	const { runId, agent, prompts, attachments = [] } = message;
	if (!prompts) return [userMessage(message)];
	return prompts.map((prompt) => {
		const files = attachmentIdsIn(prompt);
		return {
			runId,
			agentId: agent.id,
			prompt,
			content: textOf(prompt),
			attachments: files.length > 0 ? attachments.filter(({ id }) => files.includes(id)) : [],
			given: true,
		};
	});
}

/** As people read it. */
function textOf({ role, content }: LanguageModelV4Message): string {
	if (role === "system") return content;
	return content
		.map((part) => {
			if (part.type === "text") return part.text;
			return part.type === "tool-result" && part.output.type === "text" ? part.output.value : "";
		})
		.filter(Boolean)
		.join("\n");
}
