/**
 * `local/dev`: a stand-in that talks. It calls the tools that the user's message asks for, answers from their results,
 * cites passages it was given, remembers simple facts, and otherwise says what it is.
 *
 * It follows the user's message alone: nothing in a tool result, a passage or a system message makes it act.
 */

import type { JSONValue, LanguageModelV4CallOptions, LanguageModelV4ToolResultPart } from "@ai-sdk/provider";
import { fillInput } from "./local-arguments.ts";
import { type LocalOutput, sourceOutput } from "./local-output.ts";
import { type Excerpt, excerptsFor, type Passage, passagesIn } from "./local-passages.ts";
import { type LocalTurn, resultText } from "./local-prompt.ts";
import { askedFact, factsIn } from "./local-recall.ts";
import { tokensOf } from "./local-tokens.ts";
import { chooseTool } from "./local-tool-choice.ts";

/** Patterns look no further into a message; some take time that grows with its square. */
const maxRead = 4000;
const maxQuote = 600;
const maxCount = 100_000;

export function* devReply(options: LanguageModelV4CallOptions, asked: LocalTurn): Generator<LocalOutput, void, void> {
	const turn = { ...asked, message: asked.message.slice(0, maxRead) };
	const tool = chooseTool(options, turn);
	if (tool) return yield { type: "call", toolName: tool.name, input: fillInput(tool.inputSchema, turn.message) };

	const { responseFormat } = options;
	if (responseFormat?.type === "json") {
		return yield* say(JSON.stringify(responseFormat.schema ? fillInput(responseFormat.schema, turn.message) : {}));
	}
	const passages = [...turn.results.map(resultText), turn.instructions, asked.message].flatMap(passagesIn);
	if (passages.length > 0) return yield* answerFrom(passages, asked.message);
	if (turn.results.length > 0) return yield* say(turn.results.map(tellResult).join("\n"));
	yield* converse(turn);
}

function* answerFrom(passages: Passage[], message: string): Generator<LocalOutput, void, void> {
	const excerpts = excerptsFor(withoutJson(message), passages);
	if (excerpts.length === 0) return yield* say("The passages that were found do not answer this.");
	yield* say(excerpts.map(({ sentence, passage }, index) => `${sentence} [${passage.number ?? index + 1}]`).join(" "));
	yield* excerpts.map(({ passage }: Excerpt) => sourceOutput(passage));
}

function* converse(turn: LocalTurn): Generator<LocalOutput, void, void> {
	const { message, earlier } = turn;
	const count = /\bcount (?:from 1 )?(?:up )?to (\d+)/i.exec(message)?.[1];
	if (count) {
		const end = Math.min(Number(count), maxCount);
		for (let number = 1; number <= end; number++) yield { type: "text", text: number === 1 ? "1" : ` ${number}` };
		return;
	}
	yield* say(reply(message, earlier));
}

function reply(message: string, earlier: string[]): string {
	if (!message) return "There is no message to answer.";
	const echo = /^(?:please )?(?:say|repeat|reply with|answer with|respond with)(?: after me)?:?\s+(.+)$/is.exec(
		message,
	)?.[1];
	if (echo) return echo.replace(/^"(.*)"$/s, "$1");
	const asked = askedFact(message);
	if (asked) {
		const value = factsIn(earlier).get(asked);
		return value ? `Your ${asked} is ${value}.` : `You have not told me your ${asked}.`;
	}
	const told = [...factsIn([message])].map(([name, value]) => `your ${name} is ${value}`);
	if (told.length > 0) return `Noted: ${told.join(", and ")}.`;
	const before = earlier.length > 0 ? ` Before that you said: "${shorten(earlier.at(-1)!)}"` : "";
	return `I am local/dev, a stand-in that calls tools and quotes passages but cannot reason. You said: "${shorten(message)}"${before}`;
}

function tellResult(result: LanguageModelV4ToolResultPart): string {
	const { toolName, output } = result;
	const text = shorten(
		output.type.endsWith("json") ? tell((output as { value: JSONValue }).value) : resultText(result),
	);
	if (output.type === "execution-denied") return `The call of ${toolName} was denied${text ? `: ${text}` : ""}.`;
	if (output.type.startsWith("error")) return `${toolName} failed: ${text}`;
	return `${toolName} answers: ${text}`;
}

/** `{ "city": "Paris", "temperature": 21 }` is "city: Paris, temperature: 21". */
function tell(value: JSONValue | undefined): string {
	if (Array.isArray(value)) return value.map(tell).join("; ");
	if (typeof value !== "object" || value === null) return String(value);
	return Object.entries(value)
		.map(([name, item]) => `${name}: ${tell(item)}`)
		.join(", ");
}

function* say(text: string): Generator<LocalOutput, void, void> {
	for (const token of tokensOf(text)) yield { type: "text", text: token };
}

function withoutJson(message: string): string {
	const start = message.search(/[[{]/);
	const end = Math.max(message.lastIndexOf("]"), message.lastIndexOf("}"));
	return start < 0 || end < start ? message : `${message.slice(0, start)} ${message.slice(end + 1)}`;
}

function shorten(text: string): string {
	return text.length > maxQuote ? `${text.slice(0, maxQuote)}…` : text;
}
