/** From the name of a model to the AI SDK model behind it, with the key and address of whoever runs it. */

import type { LanguageModelV4 } from "@ai-sdk/provider";
import { type EgressPolicy, egressFetch } from "#core/egress";
import { AppError } from "#core/errors";
import { localModel } from "./local-model.ts";
import { resolveModelName } from "./model-name.ts";
import { deploymentSettings, missingSetting, type ProviderConfig } from "./provider.ts";
import { reportUnreachable } from "./provider-fetch.ts";
import { vendorModel } from "./vendor-model.ts";

export interface ModelSources {
	/** Providers of the person who runs the model, who may give `openai` a key of his own; these come first. */
	user: readonly ProviderConfig[];
	deployment: readonly ProviderConfig[];
	/** What a base URL that a user supplied may point at; the deployment's own are trusted. */
	egress: EgressPolicy;
	/** Sends the requests; the platform's `fetch` by default. */
	fetch?: typeof fetch;
}

/**
 * Models hold no connection, but making one builds its schemas anew, which takes longer than the rest of a call. Kept
 * by all that they are made of, so that another key or address is another model.
 */
const opened = new Map<string, LanguageModelV4>();
const maxOpened = 50;

/**
 * @throws {AppError} `invalid_input` for a name that is no model's, `provider_not_configured` where a key is missing.
 */
export async function languageModel(name: string, sources: ModelSources): Promise<LanguageModelV4> {
	const { provider, modelId } = resolveModelName(name);
	if (provider === "local") return localModel(modelId);

	const { config, isOwn } = configOf(name, provider, sources);
	const checks = isOwn && config.baseUrl !== undefined;
	const open = () => {
		const send = sources.fetch ?? fetch;
		return vendorModel(config, modelId, reportUnreachable(checks ? egressFetch(sources.egress, send) : send));
	};
	if (sources.fetch || sources.egress.resolve || config.binding) return await open();

	const key = JSON.stringify([config, modelId, checks && sources.egress.allow]);
	const known = opened.get(key);
	if (known) return known;
	const model = await open();
	if (opened.size >= maxOpened) opened.delete(opened.keys().next().value ?? "");
	opened.set(key, model);
	return model;
}

/** Throws what `languageModel` would throw, without opening anything; what a key is does not matter. */
export function checkModel(name: string, sources: Pick<ModelSources, "user" | "deployment">): void {
	const { provider, modelId } = resolveModelName(name);
	if (provider === "local") localModel(modelId);
	else configOf(name, provider, sources);
}

function configOf(
	name: string,
	provider: string,
	{ user, deployment }: Pick<ModelSources, "user" | "deployment">,
): { config: ProviderConfig; isOwn: boolean } {
	const own = user.find((config) => config.name === provider);
	const config = own ?? deployment.find((config) => config.name === provider);
	if (!config) throw notConfigured(name, provider);
	const missing = missingSetting(config);
	if (missing) throw incomplete(name, config, missing);
	return { config, isOwn: own !== undefined };
}

function notConfigured(model: string, provider: string): AppError {
	const setting = deploymentSettings[provider];
	const kind = setting ? provider : "openai-compatible";
	const field = setting ? '"apiKey": "…"' : '"baseUrl": "https://…"';
	const ways = [
		setting && `set ${setting} in the deployment's environment`,
		kind !== "workers-ai" &&
			`add your own by POST /api/v1/providers {"name": "${provider}", "kind": "${kind}", ${field}}`,
	];
	return new AppError(
		"provider_not_configured",
		`The model "${model}" needs the provider "${provider}", which is not configured: ${ways.filter(Boolean).join(", or ")}.`,
	);
}

function incomplete(model: string, { name }: ProviderConfig, missing: string): AppError {
	return new AppError(
		"provider_not_configured",
		`The model "${model}" needs the provider "${name}", which lacks ${missing}: set it by POST /api/v1/providers.`,
	);
}
