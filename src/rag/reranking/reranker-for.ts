/** From the name of a model to the reranker behind it. */
import type { LanguageModelV4 } from "@ai-sdk/provider";
import { AppError } from "#core/errors";
import type { CallPolicy } from "#models/call-provider";
import { resolveModelName } from "#models/model-name";
import { deploymentSettings } from "#models/provider";
import { reportUnreachable } from "#models/provider-fetch";
import { listwiseReranker } from "./listwise-reranker.ts";
import { localScores } from "./local-scores.ts";
import { modelReranker } from "./model-reranker.ts";
import type { RerankAccess } from "./rerank-settings.ts";
import type { Reranker } from "./reranker.ts";
import { type RerankingProvider, rerankingProviders } from "./vendor-reranking.ts";
import { vendorRerankingModel } from "./vendor-reranking-model.ts";

export interface RerankingSurroundings {
	access: Record<RerankingProvider, RerankAccess>;
	/** The binding `AI`, where there is one. */
	workersAi?: Ai;
	/** Throws `provider_not_configured` where its provider has no key. */
	languageModel(name: string): Promise<LanguageModelV4>;
	fetch: typeof fetch;
	/** In the place of parts of the default. */
	policy?: Partial<CallPolicy>;
}

/** Somebody waits for the search. */
const defaultPolicy: CallPolicy = { attempts: 3, delay: 500, maxDelay: 5_000, timeout: 15_000 };

const localReranker: Reranker = {
	...{ provider: "local", modelId: "rerank" },
	scores: async (query, candidates) => localScores(query, candidates),
};

/** @throws {AppError} `invalid_input` for a name that is no reranker's, `provider_not_configured` where a setting is missing. */
export async function rerankerFor(name: string, surroundings: RerankingSurroundings): Promise<Reranker> {
	const { workersAi, languageModel } = surroundings;
	const policy = { ...defaultPolicy, ...surroundings.policy };
	const { provider, modelId } = resolveModelName(name);
	if (provider === "local" && modelId === "rerank") return localReranker;
	const vendor = rerankingProviders.find((candidate) => candidate === provider);
	if (vendor) {
		const access = surroundings.access[vendor];
		if (!access.apiKey && !access.baseUrl) throw notConfigured(name, `${vendor.toUpperCase()}_API_KEY`);
		const send = reportUnreachable(surroundings.fetch);
		return modelReranker(vendor, vendorRerankingModel(vendor, modelId, { ...access, fetch: send }), policy);
	}
	if (provider === "workers-ai" && modelId.includes("rerank")) {
		if (!workersAi) throw notConfigured(name, deploymentSettings["workers-ai"]!);
		const { createWorkersAI } = await import("workers-ai-provider");
		return modelReranker(provider, createWorkersAI({ binding: workersAi }).reranking(modelId), policy);
	}
	if (!Object.hasOwn(deploymentSettings, provider)) throw unknown(name);
	return listwiseReranker(provider, modelId, await languageModel(name));
}

function notConfigured(name: string, setting: string): AppError {
	return new AppError("provider_not_configured", `The reranker "${name}" needs ${setting} in the deployment.`);
}

function unknown(name: string): AppError {
	const rerankers = ["local/rerank", ...[...rerankingProviders, "workers-ai"].map((provider) => `${provider}/…`)];
	return new AppError(
		"invalid_input",
		`Nothing reranks by the name "${name}"; there are ${rerankers.join(", ")}, and the language models of ${Object.keys(deploymentSettings).join(", ")}.`,
	);
}
