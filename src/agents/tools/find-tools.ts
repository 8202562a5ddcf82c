/**
 * What an agent with many tools is offered: not all of them, which would fill the model's context and confuse it, but a
 * search, and those that the search has found in this run.
 */
import { z } from "zod";
import type { ToolCall } from "#agents/schema";
import type { AgentTool } from "./agent-tool.ts";
import { zodTool } from "./zod-tool.ts";

/** An agent with more tools than this is offered the search. */
export const maxOffered = 32;

const maxFound = 8;
export const findToolsName = "find_tools";

type Found = { tools: { name: string; description: string }[] };

/** `tools` are those to be found. */
export function findTools(tools: readonly AgentTool[]): AgentTool {
	return zodTool({
		id: findToolsName,
		description: "Finds tools by what they do. The tools that it names can be called from then on.",
		writes: false,
		input: z.object({ query: z.string().max(500).meta({ description: "What the tool should do, in a few words." }) }),
		run({ query }): Found {
			const words = wordsOf(query);
			const ranked = tools
				.map((tool) => ({ tool, score: scoreOf(tool, words) }))
				.filter(({ score }) => score > 0)
				.toSorted((a, b) => b.score - a.score);
			return { tools: ranked.slice(0, maxFound).map(({ tool: { name, description } }) => ({ name, description })) };
		},
	});
}

/** Those of the turn's tools that the model is told of; `calls` are the calls that the run has made. */
export function offeredTools(tools: readonly AgentTool[], calls: readonly ToolCall[]): readonly AgentTool[] {
	if (!tools.some(({ name }) => name === findToolsName)) return tools;
	const found = calls.filter(({ toolId }) => toolId === findToolsName).flatMap(({ output }) => namesIn(output));
	const used = tools.filter(({ id }) => calls.some(({ toolId }) => toolId === id)).map(({ name }) => name);
	const latest = new Set([...used, ...found].slice(-maxOffered));
	return tools.filter(({ name, ofAgent }) => !ofAgent || latest.has(name));
}

function namesIn(output: unknown): string[] {
	const { tools = [] } = (output ?? {}) as Partial<Found>;
	return Array.isArray(tools) ? tools.map(({ name }) => name) : [];
}

/** A word of the name counts three times one of the description. */
function scoreOf({ name, description }: AgentTool, words: string[]): number {
	const [inName, inDescription] = [wordsOf(name), wordsOf(description)];
	const hits = (text: string[]) => words.filter((word) => text.some((other) => matches(other, word))).length;
	return 3 * hits(inName) + hits(inDescription);
}

/** Plural and other endings aside. */
function matches(a: string, b: string): boolean {
	if (a === b) return true;
	const shorter = Math.min(a.length, b.length);
	return shorter >= 4 && a.slice(0, shorter) === b.slice(0, shorter);
}

function wordsOf(text: string): string[] {
	return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
