/**
 * `local/script`: plays a script, so that tests and demos can make a model do anything.
 *
 * It keeps no state. How far it is follows from the prompt: the user messages tell which list is played, and the tool
 * calls since the last one how many of the steps that call are behind it. A restart changes nothing.
 */

import { APICallError, type JSONValue, type LanguageModelV4CallOptions } from "@ai-sdk/provider";
import { z } from "zod";
import { AppError } from "#core/errors";
import { type LocalOutput, sourceOutput } from "./local-output.ts";
import { type LocalTurn, resultText } from "./local-prompt.ts";
import { LocalScript, type LocalStep } from "./local-script-schema.ts";
import { tokensOf } from "./local-tokens.ts";
import { sleep } from "./sleep.ts";

/** Plays the script in `providerOptions.local.script` up to the next tool call or the end of its list. */
export async function* playScript(
	{ providerOptions, abortSignal }: LanguageModelV4CallOptions,
	turn: LocalTurn,
): AsyncGenerator<LocalOutput, void, void> {
	for (const step of stepsLeft(parseScript(providerOptions?.local?.script), turn)) {
		if ("say" in step) {
			for (const text of cut(fill(step.say, turn), step.chunks)) {
				if (step.delayMs) await sleep(step.delayMs, abortSignal);
				yield { type: "text", text };
			}
		} else if ("wait" in step) {
			await sleep(step.wait, abortSignal);
		} else if ("cite" in step) {
			yield sourceOutput(step.cite);
		} else if ("fail" in step) {
			throw new APICallError({ message: step.fail, statusCode: step.status, url: "", requestBodyValues: undefined });
		} else if ("calls" in step) {
			for (const call of step.calls) yield callOutput(call, turn);
			return;
		} else {
			return yield callOutput(step, turn);
		}
	}
}

function parseScript(script: unknown): LocalScript {
	const parsed = LocalScript.safeParse(script);
	if (parsed.success) return parsed.data;
	const issue = parsed.error.issues[0]!;
	const why = script === undefined ? "none was given" : `${z.core.toDotPath(issue.path)} ${issue.message}`;
	throw new AppError("invalid_input", `The model local/script plays the agent's config.script, but ${why}.`);
}

/** The steps after those that the prompt shows as played. */
function stepsLeft(script: LocalScript, { earlier, calls }: LocalTurn): LocalStep[] {
	const steps = isFlat(script) ? script : (script[Math.min(earlier.length, script.length - 1)] ?? []);
	let played = 0;
	for (let behind = calls.length; behind > 0; played++) {
		const step = steps[played];
		if (!step) return [];
		if ("calls" in step) behind -= step.calls.length;
		else if ("call" in step || "ask" in step) behind--;
	}
	return steps.slice(played);
}

function isFlat(script: LocalScript): script is LocalStep[] {
	return !Array.isArray(script[0]);
}

function callOutput(step: Extract<LocalStep, { call: string } | { ask: string }>, turn: LocalTurn): LocalOutput {
	if ("ask" in step) return { type: "call", toolName: "ask_user", input: { question: fill(step.ask, turn) } };
	return { type: "call", toolName: step.call, input: fillAll(step.input ?? {}, turn) };
}

function fillAll(value: JSONValue, turn: LocalTurn): JSONValue {
	if (typeof value === "string") return fill(value, turn);
	if (Array.isArray(value)) return value.map((item) => fillAll(item, turn));
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillAll(item!, turn)]));
}

function fill(template: string, { message, results }: LocalTurn): string {
	const last = results.at(-1);
	return template.replace(/\{\{(message|result)\}\}/g, (_, name) => {
		if (name === "message") return message;
		return last ? resultText(last) : "";
	});
}

/** The text in `count` parts of about the same length, or token by token. */
function cut(text: string, count: number | undefined): string[] {
	if (count === undefined) return tokensOf(text);
	const letters = Array.from(text);
	const parts = Math.min(count, letters.length);
	return Array.from({ length: parts }, (_, index) =>
		letters.slice((index * letters.length) / parts, ((index + 1) * letters.length) / parts).join(""),
	);
}
