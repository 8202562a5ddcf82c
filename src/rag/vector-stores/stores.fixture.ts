/** All vector stores, each as real as it can be had: see `test/support/start-vector-stores.ts`. */
import { inject } from "vitest";
import { egressFetch } from "#core/egress";
import { newToken } from "#core/ids";
import { ada } from "#rag/vector-index/index.fixture";
import type { StoreSurroundings } from "./store-surroundings.ts";
import type { StoredVector, VectorStore } from "./vector-store.ts";
import { vectorStoreFor } from "./vector-store-for.ts";
import { VectorStoreSettings } from "./vector-store-settings.ts";

type StartedStore = { url: string } | { missing: string };
export type StoreType = VectorStoreSettings["type"];

export const storeTypes = ["pgvector", "chroma", "weaviate", "pinecone", "vectorize"] as const satisfies StoreType[];
/** Of all indexes here: Pinecone's are as its server's. */
export const dimensions = 3;
export const secret = "secret-key";

const egress = { allow: ["127.0.0.0/8"] };

/** Where a store of this type runs, or why none does; `silent` is a port that never answers. */
export async function findStore(type: StoreType | "silent"): Promise<StartedStore> {
	const answer = await fetch(`${inject("vectorStores")}/${type}`);
	const found: StartedStore = await answer.json();
	if ("missing" in found && !answer.ok) throw new Error(`${type} has to be there: ${found.missing}`);
	return found;
}

/** A store of a new index, which is not prepared. */
export function newStore(type: StoreType, url: string, given: Partial<StoreSurroundings> = {}): VectorStore {
	const index = { id: `idx_${newToken()}`, dimensions };
	return vectorStoreFor(settingsOf(type, url), index, surroundings(url, given));
}

export function surroundings(url: string, given: Partial<StoreSurroundings> = {}): StoreSurroundings {
	const send: typeof fetch = (input, init) => fetch(toLoopback(String(input), url), init);
	return {
		fetch: egressFetch({ ...egress, allow: [...egress.allow, "api.cloudflare.com"] }, send),
		egress,
		timeoutMs: 10_000,
		...given,
	};
}

export function settingsOf(type: StoreType, url: string): VectorStoreSettings {
	const settings = {
		pgvector: { type, url },
		chroma: { type, url },
		weaviate: { type, url, apiKey: secret },
		pinecone: { type, host: url, apiKey: secret },
		vectorize: { type, accountId: "0123456789abcdef0123456789abcdef", apiToken: secret },
	}[type];
	return VectorStoreSettings.parse(settings);
}

/** One of Ada's, unless told otherwise. */
export function vectorOf(id: string, rest: Partial<StoredVector> = {}): StoredVector {
	const owner = { ownerId: ada.userId, shared: false };
	return { id, ...owner, metadata: {}, vector: [1, 0, 0], ...rest };
}

/** Cloudflare's API has one address, which tests have not. */
function toLoopback(input: string, url: string): string {
	return input.replace("https://api.cloudflare.com", url);
}
