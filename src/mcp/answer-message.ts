/**
 * One HTTP request of an MCP client: 2026-07-28 and, without sessions, the revisions before it, by the SDK's handler.
 * Nothing is kept between requests, so any isolate answers any of them.
 */
import {
	createMcpHandler,
	type McpRequestContext,
	type McpServer,
	type ServerEventBus,
} from "@modelcontextprotocol/server";
import { AppError } from "#core/errors";
import type { Span } from "#core/telemetry";
import { answering } from "./answering.ts";

/** In characters; a file that a tool writes fits, in base64. */
const maxBodyLength = 4 * 1024 * 1024;

interface Options {
	span: Span;
	/** The server object for the message, which is undefined where the body was no JSON. */
	serve(context: McpRequestContext, message: unknown): Promise<McpServer>;
	/** Where changes of lists are told; without one there are none. */
	bus?: ServerEventBus;
}

/** `body` is the request's; throws `malformed_request` and `payload_too_large`. */
export async function answerMessage(
	{ url, method, headers, signal }: Request,
	body: string,
	{ span, serve, bus }: Options,
): Promise<Response> {
	if (body.length > maxBodyLength) {
		throw new AppError("payload_too_large", `A message has ${maxBodyLength} characters at most.`);
	}
	const message = parsed(body);
	// One request would be as many calls as somebody likes; the revisions since 2025-06-18 have no batches.
	if (Array.isArray(message)) throw new AppError("malformed_request", "A body is one message, not a batch.");
	const served = answering({ span }, (context: McpRequestContext) => serve(context, message));
	const handler = createMcpHandler(served, bus && { bus });
	const request = new Request(url, { method, headers, signal, body });
	return await handler.fetch(request, message === undefined ? {} : { parsedBody: message });
}

/** Undefined for what is no JSON; the handler has an answer to it. */
function parsed(body: string): unknown {
	try {
		return JSON.parse(body);
	} catch {
		return undefined;
	}
}
