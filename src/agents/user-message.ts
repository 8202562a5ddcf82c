/** A person's message as the conversation keeps it: text, context and attached files. */
import type { LanguageModelV4Message } from "@ai-sdk/provider";
import { attachmentPart } from "./attachments.ts";
import type { SendMessage } from "./session-home.ts";
import type { NewMessage } from "./conversation.ts";

export function userMessage({ runId, agent, message, attachments = [], rest }: SendMessage): NewMessage {
	const content: Extract<LanguageModelV4Message, { role: "user" }>["content"] = [{ type: "text", text: message }];
	if (rest?.context !== undefined && rest.context !== null) {
		content.push({ type: "text", text: `Context:\n${JSON.stringify(rest.context)}` });
	}
	content.push(...attachments.map(attachmentPart));
	return {
		runId,
		agentId: agent.id,
		prompt: { role: "user", content },
		content: message,
		metadata: rest?.metadata,
		attachments,
		given: true,
	};
}
