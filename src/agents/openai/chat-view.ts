/** A turn as chat completion chunks: the run's own deltas, each written once. */
import type { TurnRun } from "#agents/turn";
import type { RunView } from "#run/run-stream";
import { chatToolCalls, chatUsage, finishReason } from "./chat-completion.ts";
import { openAiError } from "./openai-error.ts";
import { chatCompletionId } from "./openai-id.ts";
import { runFailure } from "./run-failure.ts";
import { SaidText } from "./said-text.ts";

export interface ChatFormat {
	kind: "chat.completion";
	/** As the client named it. */
	model: string;
	includeUsage: boolean;
}

export function chatView({ id, startedAt }: TurnRun, { model, includeUsage }: ChatFormat): RunView<TurnRun> {
	const said = new SaidText();
	const head = JSON.stringify({
		id: chatCompletionId(id),
		object: "chat.completion.chunk",
		created: Math.floor(startedAt / 1_000),
		model,
	}).slice(0, -1);
	const usage = includeUsage ? ',"usage":null' : "";
	let role = '"role":"assistant",';

	/** `delta`: the members of the delta object. */
	function chunk(delta: string, finish = "null"): string {
		const choice = `{"index":0,"delta":{${delta}},"logprobs":null,"finish_reason":${finish}}`;
		return `data: ${head},"choices":[${choice}]${usage}}\n\n`;
	}

	function content(text: string): string {
		const delta = `${role}"content":${JSON.stringify(text)}`;
		role = "";
		return chunk(delta);
	}

	return {
		event(event) {
			const text = said.add(event);
			return text === "" ? "" : content(text);
		},
		end(run, begun) {
			const failure = runFailure(run);
			if (failure && !begun) throw failure;
			if (failure) return `data: ${JSON.stringify({ error: openAiError(failure) })}\n\n`;
			const calls = chatToolCalls(run.result).map((call, index) => ({ index, ...call }));
			const open = role === "" ? "" : content("");
			const handOver = calls.length > 0 ? chunk(`"tool_calls":${JSON.stringify(calls)}`) : "";
			const finish = chunk("", JSON.stringify(finishReason(run.result)));
			const counted = includeUsage
				? `data: ${head},"choices":[],"usage":${JSON.stringify(chatUsage(run.result?.usage))}}\n\n`
				: "";
			return `${open}${handOver}${finish}${counted}data: [DONE]\n\n`;
		},
	};
}
