/** Which tool `local/dev` calls: the one whose name, description and parameters share most words with the message. */

import type { LanguageModelV4CallOptions, LanguageModelV4FunctionTool } from "@ai-sdk/provider";
import type { LocalTurn } from "./local-prompt.ts";
import { askedFact } from "./local-recall.ts";
import { overlap, stemsOf, wordsOf } from "./local-words.ts";

/** A tool that finds passages serves any question that no other tool serves. */
const retrieval = /search|retriev|knowledge|look ?up|passages|documents/i;
const question = /\?\s*$|^(?:what|who|where|when|which|why|how)\b/i;
/** Arithmetic says "calculate" without a word. */
const arithmetic = /\d\s*[-+*/×÷^%]\s*\(?\s*-?\d/;
const maxCalls = 8;
/** One word of the name, or two of the description, are reason enough. */
const threshold = 3;

/**
 * The tool to call next, if any. None is called twice in a turn, and words that led to one call lead to no second one,
 * so that a turn ends.
 */
export function chooseTool(
	{ tools = [], toolChoice }: Pick<LanguageModelV4CallOptions, "tools" | "toolChoice">,
	{ message, calls }: LocalTurn,
): LanguageModelV4FunctionTool | undefined {
	if (toolChoice?.type === "none" || calls.length >= maxCalls) return undefined;
	const called = new Set(calls.map(({ toolName }) => toolName));
	const callable = tools.filter((tool) => tool.type === "function");
	const open = callable.filter(({ name }) => !called.has(name));
	if (toolChoice?.type === "tool") return open.find(({ name }) => name === toolChoice.toolName);

	const wanted = stemsOf(arithmetic.test(message) ? `${message} calculator arithmetic math` : message);
	for (const tool of callable) {
		if (called.has(tool.name)) for (const word of [...nameOf(tool), ...aboutOf(tool)]) wanted.delete(word);
	}
	const scored = open.map((tool) => ({ tool, score: scoreOf(tool, wanted, message) }));
	const best = scored.reduce((one, other) => (other.score > one.score ? other : one), { tool: open[0], score: 0 });
	if (best.score >= threshold) return best.tool;
	return toolChoice?.type === "required" && calls.length === 0 ? best.tool : undefined;
}

function scoreOf(tool: LanguageModelV4FunctionTool, wanted: ReadonlySet<string>, message: string): number {
	const named = wordsOf(tool.name).length > 1 && message.includes(tool.name) ? 20 : 0;
	const retrieves = question.test(message) && !askedFact(message) && retrieval.test(`${tool.name} ${tool.description}`);
	return (retrieves ? 3 : 0) + named + 4 * overlap(nameOf(tool), wanted) + 2 * overlap(aboutOf(tool), wanted);
}

function nameOf({ name }: LanguageModelV4FunctionTool): Set<string> {
	return stemsOf(name);
}

function aboutOf({ description = "", inputSchema }: LanguageModelV4FunctionTool): Set<string> {
	return stemsOf(`${description} ${Object.keys(inputSchema.properties ?? {}).join(" ")}`);
}
