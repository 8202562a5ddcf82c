/** A request to `/mcp`, answered with the caller's tools and files. */
import { answerMessage } from "#mcp/answer-message";
import type { ToolsContext } from "#tools/context";
import { mcpServer, type McpOptions } from "./mcp-server.ts";
import { requestStateCodec } from "./request-state.ts";

/** `body` is the request's; throws `malformed_request` and `payload_too_large`. */
export async function answerMcp(
	ctx: ToolsContext,
	request: Request,
	body: string,
	options: McpOptions,
): Promise<Response> {
	const state = requestStateCodec(ctx.caller.userId, ctx.requestStateKey);
	return await answerMessage(request, body, {
		span: ctx.span,
		serve: ({ era }, message) => mcpServer({ ctx, era, state }, calledToolIn(message), options),
		...(options.bus && { bus: options.bus }),
	});
}

function calledToolIn(message: unknown): string | undefined {
	const { method, params } = (message ?? {}) as { method?: unknown; params?: { name?: unknown } | null };
	const name = method === "tools/call" ? params?.name : undefined;
	return typeof name === "string" ? name : undefined;
}
