/** A turn as OpenAI's response object. */
import type { LanguageModelV4FunctionTool } from "@ai-sdk/provider";
import type { TurnResult, Usage } from "#agents/schema";
import type { TurnInput, TurnRun } from "#agents/turn";
import { callArguments, finishReason } from "./chat-completion.ts";
import { openAiError } from "./openai-error.ts";
import { itemId, responseId } from "./openai-id.ts";
import { runFailure } from "./run-failure.ts";

/** `text`: what was said, where that is not all that the run has said. */
export function responseObject(run: TurnRun, model: string, text = run.result?.response ?? "") {
	const { id, input, result } = run;
	const { settings = {}, clientTools = [], previousRunId } = input;
	const failure = runFailure(run);
	const status = responseStatus(run);
	return {
		id: responseId(id),
		object: "response" as const,
		created_at: Math.floor(run.startedAt / 1_000),
		status,
		background: false,
		error: failure ? { code: openAiError(failure).code, message: failure.message } : null,
		incomplete_details: status === "incomplete" ? { reason: incompleteReason(result) } : null,
		instructions: settings.instructions ?? null,
		max_output_tokens: settings.maxTokens ?? null,
		model,
		output: isOver(status) ? outputItems(run, text) : [],
		parallel_tool_calls: true,
		previous_response_id: previousRunId === undefined ? null : responseId(previousRunId),
		reasoning: { effort: null, summary: null },
		store: !input.detached,
		temperature: settings.temperature ?? null,
		text: { format: textFormat(settings.responseFormat) },
		tool_choice: toolChoice(settings.toolChoice),
		tools: clientTools.map(responseTool),
		top_p: settings.topP ?? null,
		truncation: "disabled" as const,
		usage: result ? responseUsage(result.usage) : null,
		metadata: input.metadata ?? {},
	};
}

export function messageItem(runId: string, text: string, status: "in_progress" | "completed" | "incomplete") {
	const content = status === "in_progress" ? [] : [textPart(text)];
	return { id: itemId("msg", runId), type: "message" as const, status, role: "assistant" as const, content };
}

export function textPart(text: string) {
	return { type: "output_text" as const, text, annotations: [], logprobs: [] };
}

/** The calls that are left to the client. */
export function callItems({ id, result }: TurnRun) {
	return (result?.clientToolCalls ?? []).map((call, i) => ({
		id: itemId("fc", id, i),
		type: "function_call" as const,
		status: "completed" as const,
		call_id: call.id,
		name: call.name,
		arguments: callArguments(call.input),
	}));
}

export function responseStatus({ status, result }: Pick<TurnRun, "status" | "result">) {
	if (status === "queued") return "queued";
	if (status === "running") return "in_progress";
	if (status === "failed" || status === "cancelled") return status;
	return incompleteReason(result) ? "incomplete" : "completed";
}

type ResponseStatus = ReturnType<typeof responseStatus>;

function isOver(status: ResponseStatus): boolean {
	return status !== "queued" && status !== "in_progress";
}

function outputItems(run: TurnRun, text: string) {
	const calls = callItems(run);
	if (text === "" && (calls.length > 0 || !run.result)) return calls;
	const status = responseStatus(run) === "completed" ? "completed" : "incomplete";
	return [messageItem(run.id, text, status), ...calls];
}

function incompleteReason(result: TurnResult | undefined): "max_output_tokens" | "content_filter" | undefined {
	const reason = finishReason(result);
	if (reason === "length") return "max_output_tokens";
	return reason === "content_filter" ? reason : undefined;
}

function responseUsage({ promptTokens, completionTokens, totalTokens }: Usage) {
	return {
		input_tokens: promptTokens,
		input_tokens_details: { cached_tokens: 0 },
		output_tokens: completionTokens,
		output_tokens_details: { reasoning_tokens: 0 },
		total_tokens: totalTokens,
	};
}

function responseTool({ name, description, inputSchema, strict = false }: LanguageModelV4FunctionTool) {
	return { type: "function" as const, name, description: description ?? null, parameters: inputSchema, strict };
}

type Settings = NonNullable<TurnInput["settings"]>;

function toolChoice(choice: Settings["toolChoice"]) {
	if (!choice) return "auto" as const;
	return choice.type === "tool" ? { type: "function" as const, name: choice.toolName } : choice.type;
}

function textFormat(format: Settings["responseFormat"]) {
	if (format?.type !== "json") return { type: "text" as const };
	const { name = "answer", schema } = format;
	return schema ? { type: "json_schema" as const, name, schema, strict: false } : { type: "json_object" as const };
}
