/** What a call needs of the bindings, whether a request or a run makes it. */
import type { Caller } from "#core/caller";
import { sealingKey } from "#core/crypto";
import { egressPolicy } from "#core/egress-policy";
import { madeOnce } from "#core/made-once";
import type { Span } from "#core/telemetry";
import type { RagClient } from "#rag/client";
import type { CallContext } from "./context.ts";
import { standardToolsOf } from "./standard-tools.ts";
import { openDb } from "./store.ts";
import { fetchFor } from "./tool-fetch.ts";

export function callContextOf(env: ToolsEnv, caller: Caller, span: Span): CallContext {
	return { ...callBindingsOf(env), caller, span };
}

export const callBindingsOf = madeOnce((env: ToolsEnv): Omit<CallContext, "caller" | "span"> => ({
	db: openDb(env.DB),
	standardTools: standardToolsOf(env),
	fetch: fetchFor(env),
	mcpConnection: (name) => env.MCP_CONNECTIONS.getByName(name),
	rag: env.RAG as unknown as RagClient,
	limiter: (toolId) => env.TOOL_LIMITERS.getByName(toolId),
	egress: egressPolicy(env.EGRESS_ALLOW),
	sealingKey: () => sealingKey(env.SECRETS_KEY),
}));
