/** How OpenAI streams a turn: the two formats that its clients ask for. */
import type { TurnRun } from "#agents/turn";
import type { RunView } from "#run/run-stream";
import { type ChatFormat, chatView } from "./chat-view.ts";
import { type ResponseFormat, responseView } from "./response-view.ts";

export type StreamFormat = ChatFormat | ResponseFormat;

export function turnView(run: TurnRun, format: StreamFormat): RunView<TurnRun> {
	return format.kind === "response" ? responseView(run, format) : chatView(run, format);
}
