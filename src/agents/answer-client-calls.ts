/** A client's results for the calls that a turn has left to it: every call has one, and every result its call. */
import type { LanguageModelV4Message } from "@ai-sdk/provider";
import { AppError } from "#core/errors";
import type { TurnResult } from "./schema.ts";

/**
 * `open`: calls of an earlier turn; `pointer`: where the messages stand in the request. Names the tools of results that
 * carry only their call's id. Throws `invalid_input` where calls and results do not fit.
 */
export function answerClientCalls(
	prompts: LanguageModelV4Message[],
	open: TurnResult["clientToolCalls"] = [],
	pointer = "/input",
): void {
	const unanswered = new Map(open.map(({ id, name }) => [id, name]));
	for (const { role, content } of prompts) {
		if (role !== "assistant" && role !== "tool") continue;
		for (const part of content) {
			if (part.type === "tool-call") unanswered.set(part.toolCallId, part.toolName);
			if (part.type !== "tool-result") continue;
			const toolName = unanswered.get(part.toolCallId);
			if (toolName === undefined) throw misfit(pointer, `No tool call goes before the output of "${part.toolCallId}".`);
			part.toolName = toolName;
			unanswered.delete(part.toolCallId);
		}
	}
	for (const id of unanswered.keys()) throw misfit(pointer, `The tool call "${id}" has no output.`);
}

function misfit(pointer: string, message: string): AppError {
	return new AppError("invalid_input", message, { details: { fields: [{ pointer, detail: message }] } });
}
