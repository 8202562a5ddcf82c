/** What the rag Worker takes from its bindings; nothing else reads them. */
import type { LanguageModelV4 } from "@ai-sdk/provider";
import type { Caller } from "#core/caller";
import { egressPolicy } from "#core/egress-policy";
import { madeOnce } from "#core/made-once";
import { type Background, spanQueueSink } from "#core/span-queue";
import { Span } from "#core/telemetry";
import type { Domain } from "#http/app";
import { languageModel } from "#models/language-model";
import { deploymentProviders, type ProviderEnv } from "#models/provider";
import { chunkIndexOf } from "#rag/chunk-index";
import type { RagContext } from "#rag/context";
import { DocumentFiles } from "#rag/document-files";
import { DocumentPasswords } from "#rag/document-passwords";
import { indexPartsOf } from "#rag/index-parts-of";
import { ingestionHome } from "#rag/ingestion-home";
import { rebuildHome } from "#rag/rebuild-home";
import { rerankAccess, type RerankEnv } from "#rag/reranking/rerank-settings";
import { rerankerFor } from "#rag/reranking/reranker-for";
import { openDb } from "#rag/store";

declare global {
	/** Provider keys are secrets that a deployment may or may not have. */
	interface RagEnv extends ProviderEnv, RerankEnv {}
}

export const domain: Domain<RagEnv, RagContext> = {
	service: "rag",
	spans: (env, background) => spanQueueSink("rag", env.TELEMETRY, background),
	context: (env, scope) => Object.assign(scope, bindingsOf(env)),
	probes: (env) => ({ database: () => env.DB.prepare("SELECT 1").run() }),
};

/** For a call by another Worker, as a span of its trace. */
export function rpcContext(env: RagEnv, background: Background, caller: Caller, method: string): RagContext {
	const { traceparent, userId } = caller;
	const sink = spanQueueSink("rag", env.TELEMETRY, background);
	const span = new Span(sink, `rag/${method}`, { kind: "server", traceparent, userId });
	return { ...bindingsOf(env), caller, span, background };
}

/** For what is done on behalf of nobody. */
export const bindingsOf = madeOnce((env: RagEnv): Omit<RagContext, "caller" | "span" | "background"> => ({
	db: openDb(env.DB),
	files: new DocumentFiles(env.DOCUMENTS),
	parts: indexPartsOf(env),
	passwords: new DocumentPasswords(env.SECRETS_KEY),
	shard: (buildId, shard) => chunkIndexOf(env.VECTOR_INDEX, buildId, shard),
	ingestions: (name) => ingestionHome(env.INGESTIONS, name),
	rebuilds: (name) => rebuildHome(env.REBUILDS, name),
	keys: (userId) => env.RUN_KEYS.getByName(userId),
	model: async (name) => await modelOf(env, name),
	reranker: async (name) =>
		await rerankerFor(name, {
			access: rerankAccess(env),
			workersAi: env.AI,
			languageModel: async (model) => await modelOf(env, model),
			fetch: (...asked) => fetch(...asked),
		}),
}));

async function modelOf(env: RagEnv, name: string): Promise<LanguageModelV4> {
	const egress = egressPolicy(env.EGRESS_ALLOW);
	return await languageModel(name, { user: [], deployment: deploymentProviders(env), egress });
}
