/**
 * Pinecone by its Vectors API, version 2026-04 (https://docs.pinecone.io/reference/api/2026-04/data-plane, and
 * `2026-04/db_data_2026-04.oas.yaml` in pinecone-io/pinecone-api): a namespace for each index of ours, in a vector index
 * of the operator's. An index of the Documents API refuses these calls. What is written can be found some seconds later.
 */
import { z } from "zod";
import { AppError } from "#core/errors";
import { conditionOf, type Condition, rangeAsWords } from "./condition.ts";
import { wordsOnce } from "./facets.ts";
import { inBatches } from "./in-batches.ts";
import type { AdaptedIndex, AdaptedQuestion, StoreAdapter } from "./store-adapter.ts";
import { storeClient } from "./store-client.ts";
import type { StoreSurroundings } from "./store-surroundings.ts";
import type { SettingsOf } from "./vector-store-settings.ts";

/** Of a request: 2 MB (https://docs.pinecone.io/guides/index-data/upsert-data). */
const mostBytes = 2_000_000;
const mostVectors = 1_000;
const mostRemoved = 1_000;
/** Their ids stand in the address. */
const mostRead = 50;
/** Metrics that are the cosine of vectors of length 1. */
const metrics = new Set(["cosine", "dotproduct", undefined]);

const Done = z.unknown();
const Stats = z.object({ dimension: z.number().optional(), metric: z.string().optional() });
const Matches = z.object({ matches: z.array(z.object({ id: z.string(), score: z.number().default(0) })).default([]) });

const Fetched = z.object({
	vectors: z.record(z.string(), z.object({ id: z.string(), values: z.array(z.number()) })).default({}),
});

type Filter = Record<string, unknown>;

export function pineconeStore(
	{ host, apiKey }: SettingsOf<"pinecone">,
	{ name: namespace, dimensions }: AdaptedIndex,
	surroundings: StoreSurroundings,
): StoreAdapter {
	const url = host.includes("://") ? host : `https://${host}`;
	const headers = { "api-key": apiKey, "x-pinecone-api-version": "2026-04" };
	const client = storeClient({ name: "Pinecone", url, headers }, surroundings);
	return {
		async prepare() {
			const asked = { method: "POST", path: "/describe_index_stats", body: {} } as const;
			const { dimension, metric } = await client.call({ ...asked, answer: Stats });
			if (dimension === dimensions && metrics.has(metric)) return;
			const found = `${dimension ?? "no"} dimensions and the metric ${metric ?? "cosine"}`;
			throw new AppError("invalid_input", `Pinecone's index has ${found}; ${dimensions} and cosine are needed.`);
		},
		async upsert(vectors) {
			const wordsOf = wordsOnce();
			const records = vectors.map(({ id, unit, reader, metadata }) =>
				JSON.stringify({ id, values: [...unit], metadata: { reader, words: wordsOf(metadata) } }),
			);
			for (const batch of batchesOf(records)) {
				const text = `{"namespace":${JSON.stringify(namespace)},"vectors":[${batch.join()}]}`;
				const body = new Blob([text], { type: "application/json" });
				await client.call({ method: "POST", path: "/vectors/upsert", body, answer: Done });
			}
		},
		async remove(ids) {
			await inBatches(ids, mostRemoved, (batch) => remove({ ids: batch }));
		},
		async nearest({ unit, limit, ...asked }) {
			const body = { namespace, vector: [...unit], topK: limit, filter: filterOf(asked) };
			return (await client.call({ method: "POST", path: "/query", body, answer: Matches })).matches;
		},
		async vectors(ids) {
			const found: { id: string; values: number[] }[] = [];
			await inBatches(ids, mostRead, async (batch) => {
				const asked = new URLSearchParams([["namespace", namespace], ...batch.map((id) => ["ids", id])]);
				const path = `/vectors/fetch?${asked.toString()}`;
				found.push(...Object.values((await client.call({ method: "GET", path, answer: Fetched })).vectors));
			});
			return found;
		},
		async erase() {
			await remove({ deleteAll: true });
		},
	};

	/** A namespace is there from the first write to it, and 404 before. */
	async function remove(what: object): Promise<void> {
		await client.find({ method: "POST", path: "/vectors/delete", body: { namespace, ...what }, answer: Done });
	}
}

function* batchesOf(records: string[]): Generator<string[]> {
	let batch: string[] = [];
	let bytes = 0;
	for (const record of records) {
		if (batch.length === mostVectors || (batch.length > 0 && bytes + record.length > mostBytes - 1_000)) {
			yield batch;
			batch = [];
			bytes = 0;
		}
		batch.push(record);
		bytes += record.length + 1;
	}
	yield batch;
}

/** https://docs.pinecone.io/guides/search/filter-by-metadata; of a list, `$in` wants one item, and `$nin` that none is. */
function filterOf({ readers, filter }: Pick<AdaptedQuestion, "readers" | "filter">): Filter | undefined {
	const clauses: Filter[] = [];
	if (readers) clauses.push({ reader: { $in: readers } });
	if (filter) clauses.push(clauseOf(conditionOf(filter)));
	return clauses.length > 0 ? { $and: clauses } : undefined;
}

function clauseOf(condition: Condition): Filter {
	if ("all" in condition) return { $and: condition.all.map(clauseOf) };
	if ("any" in condition) return { $or: condition.any.map(clauseOf) };
	const { words, absent } = "range" in condition ? rangeAsWords(condition) : condition;
	return { words: absent ? { $nin: words } : { $in: words } };
}
