/**
 * One AI SDK package a kind of provider, loaded when its first model is used: a Worker that calls one vendor does not
 * evaluate five.
 *
 * Every setting is passed, also where the package has a default: what is missing it takes from `process.env`, where
 * workerd shows the deployment's own keys, and would send them to the address that a user supplied.
 */

import type { LanguageModelV4 } from "@ai-sdk/provider";
import type { ProviderConfig, ProviderKind } from "./provider.ts";

type OpenModel = (config: ProviderConfig, modelId: string, send: typeof fetch) => Promise<LanguageModelV4>;

/** In place of a key, for a server that asks for none. */
const noKey = "none";

const openers = {
	/**
	 * OpenAI itself is called by its Responses API. Another base URL gets Chat Completions: that is what servers which
	 * speak "OpenAI" have in common, and Responses refers back to items that few of them store.
	 */
	async openai({ name, apiKey = noKey, baseUrl }, modelId, send) {
		const { createOpenAI } = await import("@ai-sdk/openai");
		const openai = createOpenAI({ name, apiKey, baseURL: baseUrl ?? "https://api.openai.com/v1", fetch: send });
		return baseUrl ? openai.chat(modelId) : openai.responses(modelId);
	},
	async anthropic({ name, apiKey = noKey, baseUrl = "https://api.anthropic.com/v1" }, modelId, send) {
		const { createAnthropic } = await import("@ai-sdk/anthropic");
		return createAnthropic({ name, apiKey, baseURL: baseUrl, fetch: send })(modelId);
	},
	async google({ name, apiKey = noKey, baseUrl }, modelId, send) {
		const { createGoogle } = await import("@ai-sdk/google");
		return createGoogle({ name, apiKey, baseURL: baseUrl, fetch: send })(modelId);
	},
	async azure({ apiKey = noKey, baseUrl, resourceName = "", apiVersion }, modelId, send) {
		const { createAzure } = await import("@ai-sdk/azure");
		return createAzure({ apiKey, baseURL: baseUrl, resourceName, apiVersion, fetch: send })(modelId);
	},
	async "workers-ai"({ binding }, modelId) {
		const { createWorkersAI } = await import("workers-ai-provider");
		return createWorkersAI({ binding: binding! })(modelId);
	},
	async "openai-compatible"({ name, apiKey, baseUrl }, modelId, send) {
		const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
		return createOpenAICompatible({ name, apiKey, baseURL: baseUrl!, includeUsage: true, fetch: send })(modelId);
	},
} satisfies Record<ProviderKind, OpenModel>;

/** The model `modelId` of a provider whose configuration is complete. */
export async function vendorModel(
	config: ProviderConfig,
	modelId: string,
	send: typeof fetch,
): Promise<LanguageModelV4> {
	const open: OpenModel = openers[config.kind];
	return await open(config, modelId, send);
}
