/**
 * Chroma by its REST API v2 (https://docs.trychroma.com/reference, and `/openapi.json` of a server): a collection for
 * each index of ours.
 *
 * Tried against server 1.0.5, whose search missed what a filter let through among 300 equal vectors that it did not.
 * Chroma Cloud takes 32 metadata keys a record and 8 conditions a query until its quota is raised
 * (https://docs.trychroma.com/cloud/quotas-limits); each word of a chunk is a key.
 */
import { z } from "zod";
import { AppError } from "#core/errors";
import { metadataOf, whereOf } from "./chroma-where.ts";
import { inBatches } from "./in-batches.ts";
import type { AdaptedIndex, StoreAdapter } from "./store-adapter.ts";
import { storeClient, type StoreRequest } from "./store-client.ts";
import type { StoreSurroundings } from "./store-surroundings.ts";
import type { SettingsOf } from "./vector-store-settings.ts";

const store = "Chroma";
/** What Chroma Cloud takes at once. */
const mostRecords = 300;

const Collection = z.object({ id: z.uuid() });
const Done = z.unknown();
const Records = z.object({ ids: z.array(z.string()), embeddings: z.array(z.array(z.number())) });
const Nearest = z.object({ ids: z.tuple([z.array(z.string())]), distances: z.tuple([z.array(z.number())]) });

export function chromaStore(
	{ url, tenant, database, apiKey }: SettingsOf<"chroma">,
	{ name }: AdaptedIndex,
	surroundings: StoreSurroundings,
): StoreAdapter {
	const headers: Record<string, string> = apiKey === undefined ? {} : { "x-chroma-token": apiKey };
	const client = storeClient({ name: store, url, headers }, surroundings);
	const collections = `/api/v2/tenants/${tenant}/databases/${database}/collections`;
	let known: string | undefined;
	return {
		async prepare() {
			const body = { name, get_or_create: true, configuration: { hnsw: { space: "cosine" } } };
			known = (await client.call({ method: "POST", path: collections, body, answer: Collection })).id;
		},
		async upsert(vectors) {
			for (let from = 0; from < vectors.length; from += mostRecords) {
				const batch = vectors.slice(from, from + mostRecords);
				const ids = batch.map(({ id }) => id);
				const records = {
					ids,
					embeddings: batch.map(({ unit }) => [...unit]),
					metadatas: batch.map(metadataOf),
				};
				// Chroma would leave those keys of a record's metadata that it no longer has. What fails in between is
				// missing until it is repeated.
				await inCollection("delete", { ids }, Done);
				if ((await inCollection("upsert", records, Done)) === undefined) throw notPrepared();
			}
		},
		async remove(ids) {
			await inBatches(ids, mostRecords, async (batch) => {
				await inCollection("delete", { ids: batch }, Done);
			});
		},
		async nearest({ unit, limit, readers, filter }) {
			const question = { query_embeddings: [[...unit]], n_results: limit, include: ["distances"] };
			const found = await inCollection("query", { ...question, where: whereOf(readers, filter) }, Nearest);
			if (!found) return [];
			const [distances] = found.distances;
			return found.ids[0].map((id, i) => ({ id, score: 1 - distances[i]! }));
		},
		async vectors(ids) {
			const vectors: { id: string; values: number[] }[] = [];
			await inBatches(ids, mostRecords, async (batch) => {
				const found = await inCollection("get", { ids: batch, include: ["embeddings"] }, Records);
				if (found) vectors.push(...found.ids.map((id, i) => ({ id, values: found.embeddings[i]! })));
			});
			return vectors;
		},
		async erase() {
			known = undefined;
			await client.find({ method: "DELETE", path: `${collections}/${name}`, answer: Done });
		},
	};

	async function inCollection<Answer>(
		verb: string,
		body: unknown,
		answer: z.ZodType<Answer>,
	): Promise<Answer | undefined> {
		const id = await collectionId();
		if (id === undefined) return undefined;
		const request: StoreRequest<Answer> = { method: "POST", path: `${collections}/${id}/${verb}`, body, answer };
		const found = await client.find(request);
		if (found === undefined) known = undefined;
		return found;
	}

	async function collectionId(): Promise<string | undefined> {
		const path = `${collections}/${name}`;
		known ??= (await client.find({ method: "GET", path, answer: Collection }))?.id;
		return known;
	}
}

function notPrepared(): AppError {
	return new AppError("bad_gateway", `${store} has no collection for this index.`);
}
