/** What an index is made of besides its chunks: who makes its vectors, and who keeps them. */
import { AppError } from "#core/errors";
import { seal, unseal } from "#core/crypto";
import { egressFetch, type EgressPolicy } from "#core/egress";
import type { ProviderConfig } from "#models/provider";
import type { PaidEmbedder } from "./embeddings/embedder.ts";
import { embedderFor } from "./embeddings/embedder-for.ts";
import type { EmbeddingSettings } from "./embeddings/embedding-settings.ts";
import type { Build } from "./tables.ts";
import type { VectorStore } from "./vector-stores/vector-store.ts";
import { vectorStoreFor } from "./vector-stores/vector-store-for.ts";
import type { VectorStoreSettings } from "./vector-stores/vector-store-settings.ts";

export interface PartsSurroundings {
	/** The deployment's own providers, for models that come without a key. */
	providers: readonly ProviderConfig[];
	egress: EgressPolicy;
	workersAi?: Ai;
	sealingKey(): Promise<CryptoKey>;
}

const storeTimeoutMs = 30_000;

export class IndexParts {
	readonly #surroundings: PartsSurroundings;

	constructor(surroundings: PartsSurroundings) {
		this.#surroundings = surroundings;
	}

	/** For the row of an index: nobody reads in it what they are. */
	async sealed(buildId: string, settings: EmbeddingSettings | VectorStoreSettings): Promise<string> {
		return await seal(await this.#surroundings.sealingKey(), buildId, JSON.stringify(settings));
	}

	/** Throws `provider_not_configured`, `invalid_input`. */
	embedder(settings: EmbeddingSettings): PaidEmbedder {
		const { egress, workersAi } = this.#surroundings;
		const checked = settings.baseUrl === undefined ? fetchAnything : egressFetch(egress);
		return embedderFor(this.#withDeploymentsKey(settings), { fetch: checked, workersAi });
	}

	/** Undefined where the index makes its vectors by itself. */
	async embedderOf({ id, sealedEmbedding }: Build): Promise<PaidEmbedder | undefined> {
		return sealedEmbedding === undefined ? undefined : this.embedder(await this.#opened(id, sealedEmbedding));
	}

	/** Undefined where the index keeps its vectors itself, as for `storeOf`. */
	async storeSettingsOf({ id, sealedStore }: Build): Promise<VectorStoreSettings | undefined> {
		return sealedStore === undefined ? undefined : await this.#opened(id, sealedStore);
	}

	async storeOf(build: Build): Promise<VectorStore | undefined> {
		const settings = await this.storeSettingsOf(build);
		const { egress } = this.#surroundings;
		const surroundings = { fetch: egressFetch(egress), egress, timeoutMs: storeTimeoutMs };
		return settings && vectorStoreFor(settings, build, surroundings);
	}

	async #opened<Settings>(buildId: string, sealed: string): Promise<Settings> {
		return JSON.parse(await unseal(await this.#surroundings.sealingKey(), buildId, sealed)) as Settings;
	}

	/** What the user gives comes first; his address never gets the deployment's key. */
	#withDeploymentsKey(settings: EmbeddingSettings): EmbeddingSettings {
		if (settings.apiKey !== undefined || settings.baseUrl !== undefined) return settings;
		const kind = settings.model.split("/", 1)[0];
		const own = this.#surroundings.providers.find((provider) => provider.kind === kind);
		if (!own) return settings;
		const { apiKey, baseUrl = azureUrl(own) } = own;
		return { ...settings, ...(apiKey && { apiKey }), ...(baseUrl && { baseUrl }) };
	}
}

/** The deployment's own addresses are trusted. */
const fetchAnything: typeof fetch = (...asked) => fetch(...asked);

function azureUrl({ kind, resourceName }: ProviderConfig): string | undefined {
	return kind === "azure" && resourceName ? `https://${resourceName}.openai.azure.com/openai` : undefined;
}

/** How many numbers the model's vectors have: it is asked, which also shows whether the key is good. */
export async function dimensionsOf(embedder: PaidEmbedder): Promise<number> {
	const [vector] = await embedder.embed(["How many dimensions are there?"]);
	if (!vector) throw new AppError("provider_error", `${embedder.model} gave no vector.`);
	return vector.length;
}
