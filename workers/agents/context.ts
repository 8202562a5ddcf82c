/** What the agents Worker takes from its bindings; nothing else reads them. */
import type { AgentsContext } from "#agents/context";
import { egressPolicy } from "#core/egress-policy";
import { modelFor } from "#agents/model-for";
import { SpareHomes } from "#agents/spare-homes";
import { openDb } from "#agents/store";
import { toolsClient } from "#agents/tools-client";
import type { Caller } from "#core/caller";
import { sealingKey } from "#core/crypto";
import { madeOnce } from "#core/made-once";
import { type Background, spanQueueSink } from "#core/span-queue";
import { Span, type SpanSink } from "#core/telemetry";
import type { Domain } from "#http/app";
import { mcpErrorResponse } from "#http/mcp-error-response";
import type { RequestScope } from "#http/request-scope";
import { agentMcpPath } from "#mcp/paths";
import { deploymentProviders, type ProviderEnv } from "#models/provider";
import { openAiErrorResponse } from "./openai-error-response.ts";

declare global {
	/** Provider keys are secrets that a deployment may or may not have. */
	interface AgentsEnv extends ProviderEnv {}
}

/** Of this isolate. */
const spareHomes = new SpareHomes();

export const domain: Domain<AgentsEnv, AgentsContext> = {
	service: "agents",
	spans: spansOf,
	context: contextOf,
	errorResponse(path) {
		if (path.startsWith("/v1/")) return openAiErrorResponse;
		return agentMcpPath.test(path) ? mcpErrorResponse : undefined;
	},
	probes: (env) => ({ database: () => env.DB.prepare("SELECT 1").run() }),
};

/** For a call by another Worker, as a span of its trace; the runs that it begins are parts of that span. */
export function rpcContext(
	env: AgentsEnv,
	background: Background,
	caller: Caller,
	method: string,
): AgentsContext & { span: Span } {
	const { traceparent, userId } = caller;
	const span = new Span(spansOf(env, background), `agents/${method}`, { kind: "server", traceparent, userId });
	const scope = { caller: { ...caller, traceparent: span.traceparent }, span, background, origin: "" };
	return contextOf(env, scope);
}

function spansOf(env: AgentsEnv, background: Background): SpanSink {
	return spanQueueSink("agents", env.TELEMETRY, background);
}

/** `scope`, with what comes from the bindings. */
function contextOf<Scope extends Pick<RequestScope, "background" | "caller" | "origin">>(
	env: AgentsEnv,
	scope: Scope,
): Scope & AgentsContext {
	return Object.assign(scope, bindingsOf(env), {
		newHome: () => spareHomes.take((name) => env.SESSIONS.getByName(name).prepare(), scope.background),
		model: (name: string) => modelFor(env, scope.caller, name),
	});
}

const bindingsOf = madeOnce((env: AgentsEnv): Omit<AgentsContext, "caller" | "origin" | "newHome" | "model"> => ({
	db: openDb(env.DB),
	home: (name) => env.SESSIONS.getByName(name),
	keys: (userId) => env.RUN_KEYS.getByName(userId),
	tools: toolsClient(env),
	attachments: env.ATTACHMENTS,
	providers: deploymentProviders(env),
	egress: egressPolicy(env.EGRESS_ALLOW),
	sealingKey: () => sealingKey(env.SECRETS_KEY),
}));
