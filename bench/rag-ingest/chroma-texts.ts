/** Texts with their vectors, added to Chroma's own server. */
import { type ChromaServer, startChromaServer } from "../rag-store/chroma-server.ts";
import { send } from "../rag-store/chroma.ts";
import { timed } from "../rag-store/our-store.ts";

export interface TextsWithVectors {
	texts: string[];
	vectors: number[][];
}

export interface ChromaTexts {
	/** Milliseconds from the first call until a query finds one of them. */
	add(all: TextsWithVectors): Promise<number>;
	stop(): Promise<void>;
}

const atOnce = 250;

/** Rejects with what is missing. */
export async function startChromaTexts(): Promise<ChromaTexts> {
	const { url, close }: ChromaServer = await startChromaServer();
	const collections = `${url}/api/v2/tenants/default_tenant/databases/default_database/collections`;
	return {
		async add({ texts, vectors }) {
			const configuration = { hnsw: { space: "cosine" } };
			const { id } = await send<{ id: string }>("POST", collections, { name: crypto.randomUUID(), configuration });
			const collection = `${collections}/${id}`;
			return await timed(async () => {
				for (let from = 0; from < texts.length; from += atOnce) {
					const documents = texts.slice(from, from + atOnce);
					const embeddings = vectors.slice(from, from + atOnce);
					const ids = documents.map((_, i) => String(from + i));
					await send("POST", `${collection}/add`, { ids, embeddings, documents });
				}
				// Its index is brought up to date by the first query.
				const question = { query_embeddings: [vectors[0]], n_results: 10, include: ["documents"] };
				const { documents } = await send<{ documents: string[][] }>("POST", `${collection}/query`, question);
				if (!documents[0]?.includes(texts[0]!)) throw new Error("Chroma does not find what it has.");
			});
		},
		stop: close,
	};
}
