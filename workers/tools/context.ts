/** What the tools Worker takes from its bindings; nothing else reads them. */
import type { Caller } from "#core/caller";
import { derivedKey } from "#core/crypto";
import { madeOnce } from "#core/made-once";
import { type Background, spanQueueSink } from "#core/span-queue";
import { Span } from "#core/telemetry";
import type { Domain } from "#http/app";
import { mcpErrorResponse } from "#http/mcp-error-response";
import { mcpPath } from "#mcp/paths";
import { callBindingsOf } from "#tools/call-context";
import { storedResult } from "#tools/call-results";
import type { ToolsContext } from "#tools/context";
import type { SearchEnv } from "#tools/search-settings";
import { FileStore } from "#tools/standard/file/file-store";

declare global {
	/** A deployment may or may not have a web search. */
	interface ToolsEnv extends SearchEnv {}
}

export const domain: Domain<ToolsEnv, ToolsContext> = {
	service: "tools",
	spans: (env, background) => spanQueueSink("tools", env.TELEMETRY, background),
	context: (env, scope) => Object.assign(scope, bindingsOf(env)),
	errorResponse: (path) => (path === mcpPath ? mcpErrorResponse : undefined),
	probes: (env) => ({ database: () => env.DB.prepare("SELECT 1").run() }),
};

/** For a call by another Worker, as a span of its trace. */
export function rpcContext(env: ToolsEnv, background: Background, caller: Caller, method: string): ToolsContext {
	const { traceparent, userId } = caller;
	const sink = spanQueueSink("tools", env.TELEMETRY, background);
	const span = new Span(sink, `tools/${method}`, { kind: "server", traceparent, userId });
	return { ...bindingsOf(env), caller, span, origin: "" };
}

const bindingsOf = madeOnce((env: ToolsEnv): Omit<ToolsContext, "caller" | "span" | "origin"> => ({
	...callBindingsOf(env),
	home: (name) => env.TOOL_RUNS.getByName(name),
	storedResult: (runId) => storedResult(env.FILES, runId),
	keys: (userId) => env.RUN_KEYS.getByName(userId),
	files: new FileStore(env.FILES),
	requestStateKey: () => derivedKey(env.SECRETS_KEY, "mcp request state"),
}));
