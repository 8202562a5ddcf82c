/** How the stand-ins count: a run of up to twelve letters or digits is a token, and so is every other mark. */

import type { LanguageModelV4CallOptions, LanguageModelV4Usage } from "@ai-sdk/provider";

/** White space belongs to the token after it, so that the tokens of a text add up to the text. */
const tokenPattern = /\s*(?:[\p{L}\p{M}\p{N}_]{1,12}|[^\s\p{L}\p{M}\p{N}_])|\s+$/gu;

export function tokensOf(text: string): string[] {
	return text.match(tokenPattern) ?? [];
}

export function countTokens(text: string): number {
	return tokensOf(text).length;
}

/** Counts a text that comes in pieces as the whole would be counted, and cuts it off at `limit` tokens. */
interface TokenMeter {
	count(): number;
	/** As much of the piece as there is room for. */
	take(piece: string): string;
}

export function tokenMeter(limit = Number.POSITIVE_INFINITY): TokenMeter {
	let complete = 0;
	/** The next piece may go on with this token. */
	let last = "";
	let full = false;
	return {
		count: () => complete + (last ? 1 : 0),
		take(piece) {
			if (full) return "";
			const tokens = tokensOf(last + piece);
			const kept = tokens.slice(0, limit - complete);
			const taken = kept.join("").slice(last.length);
			full = kept.length < tokens.length;
			complete += Math.max(0, kept.length - 1);
			last = kept.at(-1) ?? "";
			return taken;
		},
	};
}

/** Tokens of all that a model would have to read: the messages, their calls and results, and the tools on offer. */
export function countPrompt({ prompt, tools = [] }: Pick<LanguageModelV4CallOptions, "prompt" | "tools">): number {
	let count = tools.length > 0 ? countTokens(JSON.stringify(tools)) : 0;
	for (const { content } of prompt) {
		if (typeof content === "string") count += countTokens(content);
		else for (const part of content) count += countTokens(textOf(part));
	}
	return count;
}

export function localUsage(input: number, output: number): LanguageModelV4Usage {
	return {
		inputTokens: { total: input, noCache: input, cacheRead: 0, cacheWrite: 0 },
		outputTokens: { total: output, text: output, reasoning: 0 },
	};
}

function textOf(part: object): string {
	if ("text" in part && typeof part.text === "string") return part.text;
	if ("input" in part) return JSON.stringify(part.input) ?? "";
	if ("output" in part) return JSON.stringify(part.output) ?? "";
	return "";
}
