/**
 * Cloudflare Vectorize by its REST API v2 (https://developers.cloudflare.com/api/resources/vectorize/, limits in
 * https://developers.cloudflare.com/vectorize/platform/limits/): a Vectorize index for each index of ours. A binding
 * would do with less, but cannot make or delete one. What is written can be found some seconds later, scores are
 * approximate, an answer has at most 100 ids, and only who may see what is filtered by: Vectorize has neither lists nor
 * `or`, and 10 fields, which have to be known before the first vector is.
 */
import { z } from "zod";
import { AppError } from "#core/errors";
import type { MetadataFilter } from "#rag/vector-index/metadata-filter";
import { inBatches } from "./in-batches.ts";
import type { AdaptedIndex, StoreAdapter } from "./store-adapter.ts";
import { storeClient, type StoreRequest } from "./store-client.ts";
import type { StoreSurroundings } from "./store-surroundings.ts";
import type { SettingsOf } from "./vector-store-settings.ts";

const api = "https://api.cloudflare.com/client/v4";
const mostResults = 100;
/** The API takes 5,000 vectors at once; this many of the largest are 8 MB. */
const mostVectors = 250;
/** Of one request; more are refused (code 40007). */
const mostRemoved = 100;
const mostRead = 20;
const mostDimensions = 1_536;
const readerField = "reader";

const Done = z.unknown();
const Index = z.object({ config: z.object({ dimensions: z.number(), metric: z.string() }) });
const MetadataIndexes = z.object({ metadataIndexes: z.array(z.object({ propertyName: z.string() })).nullish() });
const Matches = z.object({ matches: z.array(z.object({ id: z.string(), score: z.number() })) });
const Vectors = z.array(z.object({ id: z.string(), values: z.array(z.number()) }));

export function vectorizeStore(
	{ accountId, apiToken }: SettingsOf<"vectorize">,
	{ name: ofOurs, dimensions }: AdaptedIndex,
	surroundings: StoreSurroundings,
): StoreAdapter {
	const headers = { authorization: `Bearer ${apiToken}` };
	const client = storeClient({ name: "Vectorize", url: api, headers }, surroundings);
	const indexes = `/accounts/${accountId}/vectorize/v2/indexes`;
	// Lower case and dashes are all that it takes; the letters of an id without their case are still many enough.
	const name = ofOurs.toLowerCase().replaceAll("_", "-");
	const index = `${indexes}/${name}`;
	return {
		async prepare() {
			if (dimensions > mostDimensions) {
				throw new AppError("invalid_input", `Vectorize takes at most ${mostDimensions} dimensions, not ${dimensions}.`);
			}
			const config = { dimensions, metric: "cosine" };
			const there = await find("GET", index, undefined, Index);
			if (!there) await call("POST", indexes, { name, config }, Done);
			else if (there.config.dimensions !== dimensions || there.config.metric !== config.metric) {
				throw new AppError("conflict", "Vectorize has an index of this name with other dimensions.");
			}
			const { metadataIndexes } = await call("GET", `${index}/metadata_index/list`, undefined, MetadataIndexes);
			if (metadataIndexes?.some(({ propertyName }) => propertyName === readerField)) return;
			await call("POST", `${index}/metadata_index/create`, { propertyName: readerField, indexType: "string" }, Done);
		},
		async upsert(vectors) {
			for (let from = 0; from < vectors.length; from += mostVectors) {
				const lines = vectors
					.slice(from, from + mostVectors)
					.map(({ id, unit, reader }) =>
						JSON.stringify({ id, values: [...unit], metadata: { [readerField]: reader } }),
					);
				await call("POST", `${index}/upsert`, new Blob([lines.join("\n")], { type: "application/x-ndjson" }), Done);
			}
		},
		async remove(ids) {
			await inBatches(ids, mostRemoved, async (batch) => {
				await find("POST", `${index}/delete_by_ids`, { ids: batch }, Done);
			});
		},
		async nearest({ unit, limit, readers, filter }) {
			if (filter) throw cannotFilter(filter);
			const body = {
				vector: [...unit],
				topK: Math.min(limit, mostResults),
				filter: readers && { [readerField]: { $in: readers } },
			};
			return (await find("POST", `${index}/query`, body, Matches))?.matches ?? [];
		},
		async vectors(ids) {
			const found: z.infer<typeof Vectors> = [];
			await inBatches(ids, mostRead, async (batch) => {
				found.push(...((await find("POST", `${index}/get_by_ids`, { ids: batch }, Vectors)) ?? []));
			});
			return found;
		},
		async erase() {
			await find("DELETE", index, undefined, Done);
		},
	};

	async function call<Result>(...request: Parameters<typeof enveloped<Result>>): Promise<Result> {
		return (await client.call(enveloped(...request))).result;
	}

	async function find<Result>(...request: Parameters<typeof enveloped<Result>>): Promise<Result | undefined> {
		return (await client.find(enveloped(...request)))?.result;
	}
}

function enveloped<Result>(
	method: StoreRequest<unknown>["method"],
	path: string,
	body: unknown,
	result: z.ZodType<Result>,
): StoreRequest<{ result: Result }> {
	return { method, path, body, answer: z.object({ result }) };
}

function cannotFilter(filter: MetadataFilter): AppError {
	return new AppError("invalid_input", `Vectorize cannot filter by metadata, which is asked of "${fieldOf(filter)}".`);
}

function fieldOf(filter: MetadataFilter): string {
	if ("and" in filter) return fieldOf(filter.and[0]!);
	if ("or" in filter) return fieldOf(filter.or[0]!);
	return "not" in filter ? fieldOf(filter.not) : filter.field;
}
