/** What a remote tool answered, as the result of a tool here. */
import type { CallToolResult, ProtocolError } from "@modelcontextprotocol/client";
import type { CallOutcome } from "./call-ledger.ts";
import { maxAnswerDepth } from "./limits.ts";
import { isNestedDeeper } from "./nesting.ts";

/** Characters of what a tool says of its failure. */
const maxFailureLength = 10_000;

/** Structured content where there is some; the text where there is nothing else; all blocks otherwise. */
export function outcomeOf(result: CallToolResult, logs: string[]): CallOutcome {
	const { content, structuredContent, isError } = result;
	const written = logs.length > 0 ? { logs } : {};
	if (isError) return { failed: textOf(content).slice(0, maxFailureLength) || "The tool failed.", ...written };
	// The call was made: to make it again would bring the same.
	const isTooDeep = isNestedDeeper(structuredContent ?? content, maxAnswerDepth);
	if (isTooDeep) return { failed: `The answer is nested more than ${maxAnswerDepth} deep.`, ...written };
	if (structuredContent !== undefined) return { value: structuredContent, ...written };
	const [first] = content;
	if (content.length === 1 && first?.type === "text") return { value: first.text, ...written };
	return { value: { content }, ...written };
}

/** A request that the server answered with an error has been made, and failed. */
export function refusedOutcome({ code, message }: ProtocolError): CallOutcome {
	return { failed: `${message.slice(0, maxFailureLength)} (${code})` };
}

function textOf(content: CallToolResult["content"]): string {
	return content
		.map((block) => (block.type === "text" ? block.text : ""))
		.filter(Boolean)
		.join("\n");
}
