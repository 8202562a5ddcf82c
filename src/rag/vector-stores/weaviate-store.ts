/**
 * Weaviate 1.33 or later by its REST API (https://docs.weaviate.io/weaviate/api/rest), and by GraphQL for what REST has no
 * route for: to search by a vector (https://docs.weaviate.io/weaviate/api/graphql/search-operators#nearvector). A
 * collection for each index of ours.
 *
 * GraphQL is deprecated: Weaviate Cloud has it off in new clusters, and off in all from May 2027; a server of one's own
 * has it, or can turn it on again (https://docs.weaviate.io/weaviate/api/graphql/migration).
 */
import { z } from "zod";
import { AppError } from "#core/errors";
import { sideBySide } from "#rag/embeddings/side-by-side";
import { wordsOnce } from "./facets.ts";
import { inBatches, requestsAtOnce } from "./in-batches.ts";
import type { AdaptedIndex, StoreAdapter } from "./store-adapter.ts";
import { storeClient } from "./store-client.ts";
import type { StoreSurroundings } from "./store-surroundings.ts";
import type { SettingsOf } from "./vector-store-settings.ts";
import { objectId } from "./weaviate-object-id.ts";
import { asGraphql, whereOf } from "./weaviate-where.ts";

const store = "Weaviate";
const mostObjects = 200;
/** Of one request; a query finds 10,000 unless the server was told otherwise. */
const mostRemoved = 1_000;

const Done = z.unknown();
const Written = z.array(z.object({ result: z.object({ status: z.string().optional() }).optional() }));
const Removed = z.object({
	results: z.object({ matches: z.number(), limit: z.number(), failed: z.number() }),
});
const StoredObject = z.object({ properties: z.object({ chunk: z.string() }), vector: z.array(z.number()) });
const Hit = z.object({ chunk: z.string(), _additional: z.object({ distance: z.number() }) });
const Found = z.object({
	data: z.object({ Get: z.record(z.string(), z.array(Hit).nullable()) }).nullish(),
	errors: z.array(z.unknown()).nullish(),
});

export function weaviateStore(
	{ url, apiKey }: SettingsOf<"weaviate">,
	{ name }: AdaptedIndex,
	surroundings: StoreSurroundings,
): StoreAdapter {
	const headers: Record<string, string> = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
	const client = storeClient({ name: store, url, headers }, surroundings);
	// Collections begin with a capital letter.
	const collection = `R${name.slice(1)}`;
	const schema = `/v1/schema/${collection}`;
	return {
		async prepare() {
			if (await isThere()) return;
			await client.call({ method: "POST", path: "/v1/schema", body: definitionOf(collection), answer: Done });
		},
		async upsert(vectors) {
			const wordsOf = wordsOnce();
			for (let from = 0; from < vectors.length; from += mostObjects) {
				const objects = vectors.slice(from, from + mostObjects).map(({ id, reader, metadata, unit }) => ({
					class: collection,
					id: objectId(id),
					vector: [...unit],
					properties: { chunk: id, reader, words: wordsOf(metadata) },
				}));
				const body = { objects };
				const written = await client.call({ method: "POST", path: "/v1/batch/objects", body, answer: Written });
				const failed = written.filter(({ result }) => result?.status !== "SUCCESS").length;
				if (failed === 0 && written.length === objects.length) continue;
				throw new AppError("bad_gateway", `${store} did not take ${failed} of ${objects.length} vectors.`);
			}
		},
		async remove(ids) {
			if (!(await isThere())) return;
			await inBatches(ids, mostRemoved, removeAtOnce);
		},
		async nearest({ unit, limit, readers, filter }) {
			const where = whereOf(readers, filter);
			const conditions = where ? `, where: ${asGraphql(where)}` : "";
			const nearVector = asGraphql({ vector: [...unit] });
			const query = `{ Get { ${collection}(limit: ${limit}, nearVector: ${nearVector}${conditions})
				{ chunk _additional { distance } } } }`;
			const refused = `${store} rejected the query (422); its GraphQL API has to be on.`;
			const request = { method: "POST", path: "/v1/graphql", body: { query }, refused } as const;
			const { data, errors } = await client.call({ ...request, answer: Found });
			if (errors?.length) {
				// GraphQL knows the collections that there are, and says of any other that the query is wrong.
				if (!(await isThere())) return [];
				throw new AppError("bad_gateway", `${store} rejected the query.`);
			}
			return (data?.Get[collection] ?? []).map(({ chunk, _additional }) => ({
				id: chunk,
				score: 1 - _additional.distance,
			}));
		},
		async vectors(ids) {
			const vectors: { id: string; values: number[] }[] = [];
			await sideBySide(ids, requestsAtOnce, undefined, async (id) => {
				const path = `/v1/objects/${collection}/${objectId(id)}?include=vector`;
				const found = await client.find({ method: "GET", path, answer: StoredObject });
				if (found) vectors.push({ id: found.properties.chunk, values: found.vector });
			});
			return vectors;
		},
		async erase() {
			await client.find({ method: "DELETE", path: schema, answer: Done });
		},
	};

	async function removeAtOnce(ids: string[]): Promise<void> {
		const where = { path: ["id"], operator: "ContainsAny", valueTextArray: ids.map(objectId) };
		const body = { match: { class: collection, where }, output: "minimal" };
		for (;;) {
			const request = { method: "DELETE", path: "/v1/batch/objects", body } as const;
			const { matches, limit, failed } = (await client.call({ ...request, answer: Removed })).results;
			if (failed > 0) throw new AppError("bad_gateway", `${store} did not remove ${failed} of ${matches} vectors.`);
			// One call removes as many as a query may find, which a server may have set lower.
			if (matches < limit) return;
		}
	}

	async function isThere(): Promise<boolean> {
		return (await client.find({ method: "GET", path: schema, answer: Done })) !== undefined;
	}
}

/** https://docs.weaviate.io/weaviate/config-refs/collections; `field` compares a text as a whole. */
function definitionOf(collection: string): object {
	const text = { dataType: ["text"], tokenization: "field", indexFilterable: true, indexSearchable: false };
	return {
		class: collection,
		vectorizer: "none",
		vectorIndexType: "hnsw",
		vectorIndexConfig: { distance: "cosine" },
		properties: [
			{ ...text, name: "chunk", indexFilterable: false },
			{ ...text, name: "reader" },
			{ ...text, name: "words", dataType: ["text[]"] },
		],
	};
}
