/** What the fixtures of the conformance suite are made of. */
import { inputRequired, type InputRequest, type TextContent } from "@modelcontextprotocol/server";

/** One red pixel. */
export const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgaGAAAAEEAIFw9selAAAAAElFTkSuQmCC";
/** A few samples of silence. */
export const wav = "UklGRiwAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQgAAACAgICAgICAgA==";

export function text(value: string): TextContent {
	return { type: "text", text: value };
}

export function form(message: string, property: string, type: "string" | "boolean" = "string"): InputRequest {
	const field = type === "string" ? { type: "string" as const } : { type: "boolean" as const };
	const requestedSchema = { type: "object" as const, properties: { [property]: field }, required: [property] };
	return inputRequired.elicit({ message, requestedSchema });
}

export function sampling(prompt: string): InputRequest {
	return inputRequired.createMessage({ messages: [{ role: "user", content: text(prompt) }], maxTokens: 50 });
}

export async function sleep(ms: number): Promise<void> {
	await scheduler.wait(ms);
}
