/**
 * A server on loopback that speaks OpenAI's wire format: `/v1/chat/completions`, `/v1/responses` (both streamed and
 * not) and `/v1/models`. The model's name says how it behaves; see `behaviours`.
 */

import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type Answer, chatCompletion, chatEvents, responseEvents, responseObject } from "./openai-wire.ts";

export interface OpenAiServer {
	/** The base URL, `http://127.0.0.1:…/v1`. */
	url: string;
	/** The latest requests, oldest first. */
	requests: OpenAiRequest[];
	close(): Promise<void>;
}

export interface OpenAiRequest {
	path: string;
	headers: IncomingHttpHeaders;
	body: Body;
	/** True when the client went away before the answer was complete. */
	disconnected: boolean;
}

interface Body {
	model: string;
	stream?: boolean;
	messages?: Message[];
	input?: Message[];
	tools?: { name?: string; function?: { name: string } }[];
}

interface Message {
	role?: string;
	type?: string;
	content?: string | { text?: string }[];
	output?: string;
}

interface Refusal {
	status: number;
	code: string;
	headers?: Record<string, string>;
}

type Behaviour = (body: Body, seen: number) => Answer | Refusal | "hang";

const maxRequests = 1000;
const hello = { text: ["Hello", " from", " the", " loopback", " model", "."] };

/** By the model's name; `chunks-N` sends N pieces at once, and any other name is answered like `answer`. */
const behaviours: Record<string, Behaviour> = {
	answer: () => hello,
	/** Calls the first tool, with the JSON object in the last message as its input, then tells what it answered. */
	"tool-then-answer": toolThenAnswer,
	slow: () => ({ text: Array.from({ length: 100 }, (_, index) => `${index} `), delay: 50 }),
	break: () => ({ ...hello, breakAfter: 3 }),
	"break-once": (_, seen) => (seen === 0 ? { ...hello, breakAfter: 0 } : hello),
	stall: () => ({ ...hello, stallAfter: 2 }),
	hang: () => "hang",
	"rate-limited-once": (_, seen) => (seen === 0 ? limited("1") : hello),
	"rate-limited": () => limited("3600"),
	"failing-once": (_, seen) => (seen === 0 ? { status: 503, code: "server_error" } : hello),
	failing: () => ({ status: 500, code: "server_error" }),
	unauthorized: () => ({ status: 401, code: "invalid_api_key" }),
	"too-long": () => ({ status: 400, code: "context_length_exceeded" }),
};

export async function startOpenAiServer(): Promise<OpenAiServer> {
	const requests: OpenAiRequest[] = [];
	const counts = new Map<string, number>();
	const server = createServer(function serve(request, response) {
		handle(request, response, requests, counts).catch((error: unknown) => response.destroy(error as Error));
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
		requests,
		async close() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

async function handle(
	request: IncomingMessage,
	response: ServerResponse,
	requests: OpenAiRequest[],
	/** How many requests each model has had. */
	counts: Map<string, number>,
): Promise<void> {
	const path = request.url ?? "";
	if (path === "/v1/models") {
		const data = Object.keys(behaviours).map((id) => ({ id, object: "model" }));
		return json(response, 200, { object: "list", data });
	}
	const body = JSON.parse((await request.setEncoding("utf8").toArray()).join("")) as Body;
	const seen = counts.get(body.model) ?? 0;
	counts.set(body.model, seen + 1);
	const record = { path, headers: request.headers, body, disconnected: false };
	if (requests.push(record) > maxRequests) requests.shift();
	response.on("close", () => (record.disconnected = !response.writableFinished));

	const answer = (behaviours[body.model] ?? inChunks)(body, seen);
	if (answer === "hang") return;
	if ("status" in answer) {
		const error = { message: `Refused: ${request.headers.authorization}`, type: "error", code: answer.code };
		return json(response, answer.status, { error }, answer.headers);
	}
	const isChat = path === "/v1/chat/completions";
	if (!body.stream) {
		return json(response, 200, isChat ? chatCompletion(body.model, answer) : responseObject(body.model, answer));
	}
	response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
	let sent = 0;
	for (const event of isChat ? chatEvents(body.model, answer) : responseEvents(body.model, answer)) {
		const isText = event.includes(isChat ? '"content":"' : "output_text.delta");
		if (isText && sent === answer.breakAfter) return await cut(response);
		if (isText && sent === answer.stallAfter) return;
		if (isText && answer.delay) await sleep(answer.delay);
		if (isText) sent++;
		if (response.destroyed) return;
		response.write(event);
	}
	response.end();
}

/** Closes the connection without an end, once what was written has left. */
async function cut(response: ServerResponse): Promise<void> {
	await sleep(20);
	response.destroy();
}

function inChunks({ model }: Body): Answer {
	const count = Number(/^chunks-(\d+)$/.exec(model)?.[1] ?? 0);
	return count === 0 ? hello : { text: Array.from({ length: count }, () => "chunk ") };
}

function toolThenAnswer({ messages = [], input = [], tools = [] }: Body, seen: number): Answer {
	const last = [...messages, ...input].at(-1) ?? {};
	if (last.role === "tool" || last.type === "function_call_output") return { text: ["The tool says: ", textOf(last)] };
	const [tool] = tools;
	if (!tool) return { text: ["There is no tool."] };
	const literal = /\{.*\}/s.exec(textOf(last))?.[0] ?? "{}";
	const name = tool.function?.name ?? tool.name ?? "";
	return { text: [], call: { id: `call_${seen + 1}`, name, arguments: literal } };
}

function textOf({ content, output }: Message): string {
	if (typeof content === "string") return content;
	return content?.map(({ text = "" }) => text).join("") ?? output ?? "";
}

function limited(retryAfter: string): Refusal {
	return { status: 429, code: "rate_limit_exceeded", headers: { "retry-after": retryAfter } };
}

function json(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
	response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}
