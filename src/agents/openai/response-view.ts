/** A turn as the typed events of a streamed response. */
import { formatSse } from "#core/sse";
import type { TurnRun } from "#agents/turn";
import type { RunView } from "#run/run-stream";
import { itemId } from "./openai-id.ts";
import { callItems, messageItem, responseObject, responseStatus, textPart } from "./response-object.ts";
import { runFailure } from "./run-failure.ts";
import { SaidText } from "./said-text.ts";

export interface ResponseFormat {
	kind: "response";
	/** As the client named it. */
	model: string;
}

export function responseView(begun: TurnRun, { model }: ResponseFormat): RunView<TurnRun> {
	const said = new SaidText();
	const messageId = itemId("msg", begun.id);
	const text = { item_id: messageId, output_index: 0, content_index: 0 };
	let sequence = 0;

	function frame(type: string, data: object): string {
		return formatSse({ event: type, data: { type, sequence_number: sequence++, ...data } });
	}

	function opening(): string {
		const response = responseObject({ ...begun, status: "running", result: undefined, error: undefined }, model);
		return frame("response.created", { response }) + frame("response.in_progress", { response });
	}

	function messageOpening(): string {
		const item = messageItem(begun.id, "", "in_progress");
		return (
			frame("response.output_item.added", { output_index: 0, item }) +
			frame("response.content_part.added", { ...text, part: textPart("") })
		);
	}

	function messageEnding(run: TurnRun): string {
		const status = responseStatus(run) === "completed" ? "completed" : "incomplete";
		return (
			frame("response.output_text.done", { ...text, text: said.text, logprobs: [] }) +
			frame("response.content_part.done", { ...text, part: textPart(said.text) }) +
			frame("response.output_item.done", { output_index: 0, item: messageItem(begun.id, said.text, status) })
		);
	}

	function calls(run: TurnRun): string {
		const first = said.text === "" ? 0 : 1;
		return callItems(run)
			.map((item, i) => {
				const at = { item_id: item.id, output_index: first + i };
				const added = { ...item, status: "in_progress", arguments: "" };
				return (
					frame("response.output_item.added", { output_index: first + i, item: added }) +
					frame("response.function_call_arguments.delta", { ...at, delta: item.arguments }) +
					frame("response.function_call_arguments.done", { ...at, name: item.name, arguments: item.arguments }) +
					frame("response.output_item.done", { output_index: first + i, item })
				);
			})
			.join("");
	}

	return {
		event(event) {
			const isFirst = said.text === "";
			const delta = said.add(event);
			if (delta === "") return "";
			const before = isFirst ? opening() + messageOpening() : "";
			return before + frame("response.output_text.delta", { ...text, delta, logprobs: [] });
		},
		end(run, hasBegun) {
			const failure = runFailure(run);
			if (failure && !hasBegun) throw failure;
			const before = said.text === "" ? opening() : messageEnding(run);
			const ending = { completed: "completed", incomplete: "incomplete" }[responseStatus(run) as string] ?? "failed";
			const response = responseObject(run, model, said.text);
			return before + calls(run) + frame(`response.${ending}`, { response });
		},
	};
}
