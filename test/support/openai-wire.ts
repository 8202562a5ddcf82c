/** How OpenAI writes an answer: as a chat completion and as a response, each whole or as server-sent events. */

export interface Answer {
	text: string[];
	call?: { id: string; name: string; arguments: string };
	/** Ms before each piece of text. */
	delay?: number;
	/** How many pieces are sent before the connection is cut, or goes silent. */
	breakAfter?: number;
	stallAfter?: number;
}

interface Item {
	id: string;
	type: string;
	[field: string]: unknown;
}

export function chatCompletion(model: string, { text, call }: Answer): object {
	const toolCalls = call && [
		{ id: call.id, type: "function", function: { name: call.name, arguments: call.arguments } },
	];
	const message = { role: "assistant", content: call ? null : text.join(""), tool_calls: toolCalls };
	const choices = [{ index: 0, message, finish_reason: call ? "tool_calls" : "stop" }];
	return { id: "chatcmpl-1", object: "chat.completion", created: 0, model, choices, usage: chatUsage(text) };
}

export function* chatEvents(model: string, { text, call }: Answer): Generator<string> {
	const chunk = (choices: object[], usage?: object): string =>
		sse({ id: "chatcmpl-1", object: "chat.completion.chunk", created: 0, model, choices, usage });
	yield chunk([{ index: 0, delta: { role: "assistant" } }]);
	for (const content of text) yield chunk([{ index: 0, delta: { content } }]);
	if (call) {
		const { id, name, arguments: input } = call;
		const half = Math.floor(input.length / 2);
		const piece = (rest: object): string => chunk([{ index: 0, delta: { tool_calls: [{ index: 0, ...rest }] } }]);
		yield piece({ id, type: "function", function: { name, arguments: input.slice(0, half) } });
		yield piece({ function: { arguments: input.slice(half) } });
	}
	yield chunk([{ index: 0, delta: {}, finish_reason: call ? "tool_calls" : "stop" }]);
	yield chunk([], chatUsage(text));
	yield "data: [DONE]\n\n";
}

function chatUsage(text: string[]): object {
	return { prompt_tokens: 10, completion_tokens: text.length, total_tokens: 10 + text.length };
}

export function responseObject(model: string, answer: Answer): object {
	const usage = { input_tokens: 10, output_tokens: answer.text.length, total_tokens: 10 + answer.text.length };
	return { id: "resp_1", object: "response", created_at: 0, status: "completed", model, output: [item(answer)], usage };
}

export function* responseEvents(model: string, answer: Answer): Generator<string> {
	const response = { ...responseObject(model, answer), status: "in_progress", output: [] };
	const done = item(answer);
	const at = { item_id: done.id, output_index: 0 };
	yield sse({ type: "response.created", response });
	yield sse({ type: "response.output_item.added", output_index: 0, item: { ...done, content: [], arguments: "" } });
	for (const delta of answer.text) yield sse({ type: "response.output_text.delta", ...at, content_index: 0, delta });
	if (answer.call) yield sse({ type: "response.function_call_arguments.delta", ...at, delta: answer.call.arguments });
	yield sse({ type: "response.output_item.done", output_index: 0, item: done });
	yield sse({ type: "response.completed", response: responseObject(model, answer) });
}

function item({ text, call }: Answer): Item {
	if (call) {
		const { id, ...rest } = call;
		return { id: `fc_${id}`, type: "function_call", call_id: id, status: "completed", ...rest };
	}
	const content = [{ type: "output_text", text: text.join(""), annotations: [] }];
	return { id: "msg_1", type: "message", role: "assistant", status: "completed", content };
}

function sse(data: object): string {
	return `data: ${JSON.stringify(data)}\n\n`;
}
