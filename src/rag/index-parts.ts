/** What an index is made of besides its chunks: who makes its vectors, and who keeps them. */
import { AppError } from "#core/errors";
import { seal, unseal } from "#core/crypto";
import { egressFetch, type EgressPolicy } from "#core/egress";
import type { ProviderConfig } from "#models/provider";
import type { PaidEmbedder } from "./embeddings/embedder.ts";
import { embedderFor } from "./embeddings/embedder-for.ts";
import type { EmbeddingSettings } from "./embeddings/embedding-settings.ts";
import type { IndexRow } from "./tables.ts";
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
	async sealed(rowId: string, settings: EmbeddingSettings | VectorStoreSettings): Promise<string> {
		return await seal(await this.#surroundings.sealingKey(), rowId, JSON.stringify(settings));
	}

	/** Throws `provider_not_configured`, `invalid_input`. */
	embedder(settings: EmbeddingSettings): PaidEmbedder {
		const { egress, workersAi } = this.#surroundings;
		const checked = settings.baseUrl === undefined ? fetchAnything : egressFetch(egress);
		return embedderFor(this.#withDeploymentsKey(settings), { fetch: checked, workersAi });
	}

	/** Undefined where the index makes its vectors by itself. */
	async embedderOf(index: Pick<IndexRow, "id" | "config">): Promise<PaidEmbedder | undefined> {
		const { sealedEmbedding } = index.config;
		return sealedEmbedding === undefined ? undefined : this.embedder(await this.#opened(index.id, sealedEmbedding));
	}

	store(settings: VectorStoreSettings, index: Pick<IndexRow, "id" | "dimensions">): VectorStore {
		const { egress } = this.#surroundings;
		return vectorStoreFor(settings, index, { fetch: egressFetch(egress), egress, timeoutMs: storeTimeoutMs });
	}

	/** Undefined where the index keeps its vectors itself. */
	async storeOf(index: Pick<IndexRow, "id" | "dimensions" | "config">): Promise<VectorStore | undefined> {
		const { sealedStore } = index.config;
		return sealedStore === undefined ? undefined : this.store(await this.#opened(index.id, sealedStore), index);
	}

	async #opened<Settings>(rowId: string, sealed: string): Promise<Settings> {
		return JSON.parse(await unseal(await this.#surroundings.sealingKey(), rowId, sealed)) as Settings;
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
