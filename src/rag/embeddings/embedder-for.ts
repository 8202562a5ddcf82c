/** From the settings of an index to what embeds its texts at a provider. */
import type { EmbeddingModelV4 } from "@ai-sdk/provider";
import { AppError } from "#core/errors";
import type { CallPolicy, Pace } from "#models/call-provider";
import { resolveModelName } from "#models/model-name";
import { reportUnreachable } from "#models/provider-fetch";
import { boundedFetch } from "./bounded-fetch.ts";
import { embedBatches } from "./embed-batches.ts";
import type { PaidEmbedder } from "./embedder.ts";
import { type EmbeddingProvider, embeddingProviders, type EmbeddingSettings } from "./embedding-settings.ts";
import { prefixFor } from "./text-prefixes.ts";
import { type VendorEmbedding, vendorEmbeddings } from "./vendor-embedding.ts";

export interface EmbeddingSurroundings {
	/** Sends the requests: `egressFetch` of the deployment's policy where a user supplied the base URL. */
	fetch: typeof fetch;
	/** The binding `AI`, where there is one. */
	workersAi?: Ai;
	/** In the place of parts of the default. */
	policy?: Partial<CallPolicy>;
}

const defaultPolicy: CallPolicy = { attempts: 5, delay: 500, maxDelay: 20_000, timeout: 60_000 };

/** @throws {AppError} `invalid_input` for a name that is no model's, `provider_not_configured` where a setting is missing. */
export function embedderFor(settings: EmbeddingSettings, surroundings: EmbeddingSurroundings): PaidEmbedder {
	const { provider, modelId } = embeddingModelName(settings.model);
	const { baseUrl, dimensions } = settings;
	const { workersAi } = surroundings;
	const vendor: VendorEmbedding = vendorEmbeddings[provider];
	const missing = vendor.missing(settings, workersAi);
	if (missing) throw new AppError("provider_not_configured", `The model "${provider}/${modelId}" needs ${missing}.`);

	const send = boundedFetch(reportUnreachable(surroundings.fetch), provider);
	const policy = { ...defaultPolicy, ...surroundings.policy };
	const pace: Pace = { until: 0 };
	let opened: Promise<EmbeddingModelV4> | undefined;

	return {
		model: `${provider}/${modelId}`,
		space: JSON.stringify([provider, modelId, baseUrl ?? null, dimensions ?? null]),
		async embed(texts, { signal, for: purpose = "passage", span, received } = {}) {
			if (texts.length === 0) return [];
			const model = await (opened ??= vendor.open({ settings, modelId, send, workersAi }));
			const prefix = prefixFor(modelId, purpose);
			const providerOptions = vendor.options?.(modelId, purpose);
			return await embedBatches(prefix ? texts.map((text) => prefix + text) : texts, {
				...{ model, provider, dimensions, providerOptions, limits: vendor.limits },
				...{ policy, pace, signal, span, received },
			});
		},
	};
}

function embeddingModelName(name: string): { provider: EmbeddingProvider; modelId: string } {
	const { provider, modelId } = resolveModelName(name);
	const known = embeddingProviders.find((candidate) => candidate === provider);
	if (known) return { provider: known, modelId };
	throw new AppError(
		"invalid_input",
		`No provider "${provider}" embeds texts; there are ${embeddingProviders.join(", ")}.`,
	);
}
