/**
 * The `local/…` models: stand-ins that need no vendor, key or network. They are deterministic and claim no intelligence,
 * but they call tools, cite passages, stream, stop at `maxOutputTokens` and count tokens as a real model does.
 */

import type {
	LanguageModelV4,
	LanguageModelV4CallOptions,
	LanguageModelV4Content,
	LanguageModelV4FinishReason,
	LanguageModelV4GenerateResult,
	LanguageModelV4StreamPart,
} from "@ai-sdk/provider";
import { AppError } from "#core/errors";
import { devReply } from "./local-dev.ts";
import type { LocalOutput } from "./local-output.ts";
import { type LocalTurn, readTurn } from "./local-prompt.ts";
import { playScript } from "./local-script.ts";
import { countPrompt, countTokens, localUsage, tokenMeter } from "./local-tokens.ts";

type Play = (
	options: LanguageModelV4CallOptions,
	turn: LocalTurn,
) => AsyncIterable<LocalOutput> | Iterable<LocalOutput>;

const plays = new Map<string, Play>([
	["dev", devReply],
	["script", playScript],
]);

export const localModelIds = [...plays.keys()];

/** @throws {AppError} `invalid_input` for a name that none of them has. */
export function localModel(modelId: string): LanguageModelV4 {
	const play = plays.get(modelId);
	if (!play) {
		const names = localModelIds.map((id) => `local/${id}`).join(" and ");
		throw new AppError("invalid_input", `There is no model "local/${modelId}"; the local ones are ${names}.`);
	}
	return {
		specificationVersion: "v4",
		provider: "local",
		modelId,
		supportedUrls: {},
		async doStream(options) {
			const cancelled = new AbortController();
			const abortSignal = AbortSignal.any([options.abortSignal ?? cancelled.signal, cancelled.signal]);
			const parts = streamParts(modelId, play, { ...options, abortSignal });
			return { stream: streamOf(parts, cancelled) };
		},
		async doGenerate(options) {
			return await gather(streamParts(modelId, play, options));
		},
	};
}

async function* streamParts(
	modelId: string,
	play: Play,
	options: LanguageModelV4CallOptions,
): AsyncGenerator<LanguageModelV4StreamPart, void, void> {
	const turn = readTurn(options.prompt);
	const meter = tokenMeter(options.maxOutputTokens);
	let finishReason: LanguageModelV4FinishReason = { unified: "stop", raw: "stop" };
	let callTokens = 0;
	let calls = 0;
	let blocks = 0;
	let inText = false;
	yield { type: "stream-start", warnings: [] };
	yield { type: "response-metadata", modelId };

	for await (const item of play(options, turn)) {
		if (item.type === "text" && !inText) {
			yield { type: "text-start", id: `text_${++blocks}` };
			inText = true;
		}
		const id = `text_${blocks}`;
		if (item.type === "text") {
			const delta = meter.take(item.text);
			if (delta) yield { type: "text-delta", id, delta };
			if (delta.length === item.text.length) continue;
			finishReason = { unified: "length", raw: "length" };
			break;
		}
		if (inText) yield { type: "text-end", id };
		inText = false;
		if (item.type === "source") {
			yield item.source;
			continue;
		}
		const input = JSON.stringify(item.input);
		callTokens += countTokens(item.toolName) + countTokens(input);
		yield* callParts(`call_${turn.nextCall + calls++}`, item.toolName, input);
		finishReason = { unified: "tool-calls", raw: "tool_calls" };
	}
	if (inText) yield { type: "text-end", id: `text_${blocks}` };
	yield { type: "finish", finishReason, usage: localUsage(countPrompt(options), meter.count() + callTokens) };
}

function* callParts(id: string, toolName: string, input: string): Generator<LanguageModelV4StreamPart> {
	yield { type: "tool-input-start", id, toolName };
	yield { type: "tool-input-delta", id, delta: input };
	yield { type: "tool-input-end", id };
	yield { type: "tool-call", toolCallId: id, toolName, input };
}

function streamOf(
	parts: AsyncGenerator<LanguageModelV4StreamPart, void, void>,
	cancelled: AbortController,
): ReadableStream<LanguageModelV4StreamPart> {
	return new ReadableStream<LanguageModelV4StreamPart>({
		async pull(controller) {
			const { done, value } = await parts.next();
			if (done) controller.close();
			else controller.enqueue(value);
		},
		async cancel() {
			cancelled.abort();
			await parts.return();
		},
	});
}

async function gather(parts: AsyncIterable<LanguageModelV4StreamPart>): Promise<LanguageModelV4GenerateResult> {
	const content: LanguageModelV4Content[] = [];
	for await (const part of parts) {
		if (part.type === "text-start") content.push({ type: "text", text: "" });
		if (part.type === "text-delta") (content.at(-1) as { text: string }).text += part.delta;
		if (part.type === "source" || part.type === "tool-call") content.push(part);
		if (part.type === "finish") return { content, finishReason: part.finishReason, usage: part.usage, warnings: [] };
	}
	throw new Error("A stand-in ended without its finish part.");
}
