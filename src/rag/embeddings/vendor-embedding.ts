/**
 * One AI SDK package a provider, loaded when its first model is used.
 *
 * Every setting is passed, also where the package has a default: what is missing it takes from `process.env`, where
 * workerd shows the deployment's own keys, and would send them to the address that a user supplied.
 */
import type { EmbeddingModelV4, EmbeddingModelV4CallOptions } from "@ai-sdk/provider";
import type { BatchLimits } from "./batches.ts";
import type { EmbeddingPurpose } from "./embedder.ts";
import type { EmbeddingProvider, EmbeddingSettings } from "./embedding-settings.ts";
import { huggingFaceModel } from "./hugging-face-model.ts";
import { prefixesOf } from "./text-prefixes.ts";

export interface VendorEmbedding {
	limits: BatchLimits;
	/** What the settings lack for a call; undefined when nothing. */
	missing(settings: EmbeddingSettings, workersAi: Ai | undefined): string | undefined;
	open(opening: Opening): Promise<EmbeddingModelV4>;
	/** What the request says beside the texts. */
	options?(modelId: string, purpose: EmbeddingPurpose): EmbeddingModelV4CallOptions["providerOptions"];
}

interface Opening {
	settings: EmbeddingSettings;
	modelId: string;
	send: typeof fetch;
	workersAi: Ai | undefined;
}

/** In place of a key, for a server that asks for none. */
const noKey = "none";

/** OpenAI's limit of 300,000 tokens a request, as a token is a byte at least; nobody else's is known to be lower. */
const bytes = 300_000;

export const vendorEmbeddings = {
	openai: {
		limits: { texts: 96, bytes },
		missing: keyOrAddress,
		async open({ settings: { apiKey = noKey, baseUrl = "https://api.openai.com/v1" }, modelId, send }) {
			const { createOpenAI } = await import("@ai-sdk/openai");
			return createOpenAI({ apiKey, baseURL: baseUrl, fetch: send }).embeddingModel(modelId);
		},
	},
	azure: {
		limits: { texts: 96, bytes },
		missing: ({ baseUrl }) => (baseUrl ? undefined : "a baseUrl"),
		async open({ settings: { apiKey = noKey, baseUrl }, modelId, send }) {
			const { createAzure } = await import("@ai-sdk/azure");
			return createAzure({ apiKey, baseURL: baseUrl, resourceName: "", fetch: send }).embeddingModel(modelId);
		},
	},
	google: {
		// As many as one batchEmbedContents takes.
		limits: { texts: 100, bytes },
		missing: keyOrAddress,
		async open({ settings: { apiKey = noKey, baseUrl }, modelId, send }) {
			const { createGoogle } = await import("@ai-sdk/google");
			return createGoogle({ name: "google", apiKey, baseURL: baseUrl, fetch: send }).embeddingModel(modelId);
		},
		options(modelId, purpose) {
			if (prefixesOf(modelId)) return undefined;
			return { google: { taskType: purpose === "question" ? "RETRIEVAL_QUERY" : "RETRIEVAL_DOCUMENT" } };
		},
	},
	huggingface: {
		// Its server takes 32 unless it is told otherwise.
		limits: { texts: 32, bytes },
		missing: keyOrAddress,
		async open({ settings: { apiKey, baseUrl: url }, modelId, send }) {
			return huggingFaceModel(modelId, { apiKey, url, fetch: send });
		},
	},
	"workers-ai": {
		limits: { texts: 100, bytes },
		missing({ apiKey, accountId }, workersAi) {
			return workersAi || (apiKey && accountId) ? undefined : "the binding AI, or an accountId and an apiKey";
		},
		async open({ settings: { apiKey = noKey, accountId = "" }, modelId, send, workersAi: binding }) {
			const { createWorkersAI } = await import("workers-ai-provider");
			const workersAi = binding ? createWorkersAI({ binding }) : createWorkersAI({ apiKey, accountId, fetch: send });
			return workersAi.textEmbedding(modelId);
		},
	},
	compatible: {
		// Behind the name is often Hugging Face's server.
		limits: { texts: 32, bytes },
		missing: ({ baseUrl }) => (baseUrl ? undefined : "a baseUrl"),
		async open({ settings: { apiKey, baseUrl = "" }, modelId, send }) {
			const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
			return createOpenAICompatible({ name: "compatible", apiKey, baseURL: baseUrl, fetch: send }).embeddingModel(
				modelId,
			);
		},
	},
} satisfies Record<EmbeddingProvider, VendorEmbedding>;

/** A server with an address of its own may ask for no key. */
function keyOrAddress({ apiKey, baseUrl }: EmbeddingSettings): string | undefined {
	return apiKey || baseUrl ? undefined : "an apiKey";
}
