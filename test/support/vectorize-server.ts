/**
 * What Cloudflare's REST API says of Vectorize (https://developers.cloudflare.com/api/resources/vectorize/), but that
 * what is written can be found at once.
 */
import { nearest, startStoreServer, type StoreCall, type StoreReply } from "./store-server.ts";

interface Item {
	id: string;
	values: number[];
	metadata: Record<string, unknown>;
	/** The fields that there was a metadata index of when the vector came. */
	filterable: Set<string>;
}

interface Index {
	config: { dimensions: number; metric: string };
	fields: Set<string>;
	items: Map<string, Item>;
}

const prefix = /^\/client\/v4\/accounts\/[0-9a-f]{32}\/vectorize\/v2\/indexes\/?([^/]*)\/?(.*)$/;

export function startVectorizeServer() {
	const indexes = new Map<string, Index>();
	return startStoreServer(answer);

	function answer({ method, path, headers, text, body }: StoreCall): StoreReply {
		if (headers.authorization !== "Bearer secret-key") return failure(401, 10_000, "Authentication error");
		const [, name, verb] = prefix.exec(path) ?? [];
		if (name === undefined) return failure(404, 7_003, "No route");
		if (name === "") return create(body as { name: string; config: Index["config"] });
		const index = indexes.get(name);
		if (!index) return failure(404, 3_000, "vectorize.index.not_found");
		const { ids = [] } = (body ?? {}) as { ids?: string[] };
		switch (`${method} ${verb}`) {
			case "GET ":
				return success({ name, config: index.config });
			case "DELETE ":
				indexes.delete(name);
				return success(null);
			case "GET metadata_index/list":
				return success({
					metadataIndexes: [...index.fields].map((propertyName) => ({ propertyName, indexType: "String" })),
				});
			case "POST metadata_index/create":
				if (index.fields.size === 10) return failure(400, 40_018, "too many");
				index.fields.add((body as { propertyName: string }).propertyName);
				return success({ mutationId: "m" });
			case "POST upsert":
				if (headers["content-type"] !== "application/x-ndjson") return failure(415, 1_010, "not ndjson");
				return upsert(index, text);
			case "POST delete_by_ids":
				if (ids.length > 100) return failure(400, 40_007, "too many ids in payload");
				for (const id of ids) index.items.delete(id);
				return success({ mutationId: "m" });
			case "POST get_by_ids":
				if (ids.length > 20) return failure(400, 40_007, "too many ids in payload");
				return success(ids.flatMap((id) => index.items.get(id) ?? []));
			case "POST query":
				return query(index, body as Question);
			default:
				return failure(404, 7_003, "No route");
		}
	}

	function create({ name, config }: { name: string; config: Index["config"] }): StoreReply {
		if (!/^[a-z][a-z0-9-]{0,63}$/.test(name)) return failure(400, 3_001, "invalid name");
		if (config.dimensions < 1 || config.dimensions > 1_536) return failure(400, 3_003, "invalid dimensions");
		if (indexes.has(name)) return failure(409, 3_002, "vectorize.index.duplicate_name");
		indexes.set(name, { config, fields: new Set(), items: new Map() });
		return success({ name, config });
	}
}

function upsert(index: Index, text: string): StoreReply {
	const vectors = text.split("\n").map((line) => JSON.parse(line) as Omit<Item, "filterable">);
	if (vectors.length > 5_000) return failure(400, 40_009, "too many vectors");
	for (const { id, values } of vectors) {
		if (values.length !== index.config.dimensions) return failure(400, 40_012, "invalid dimensions");
		if (id.length > 64) return failure(400, 40_008, "id too long");
	}
	for (const vector of vectors) index.items.set(vector.id, { ...vector, filterable: new Set(index.fields) });
	return success({ mutationId: "m" });
}

interface Question {
	vector: number[];
	topK: number;
	filter?: Record<string, { $in: unknown[] }>;
}

/** https://developers.cloudflare.com/vectorize/reference/metadata-filtering/ */
function query({ config, items }: Index, { vector, topK, filter = {} }: Question): StoreReply {
	if (vector.length !== config.dimensions) return failure(400, 40_006, "invalid dimensions");
	if (!(topK >= 1 && topK <= 100)) return failure(400, 40_025, "invalid topK");
	if (JSON.stringify(filter).length >= 2_048) return failure(400, 40_024, "filter too long");
	const matching = [...items.values()].filter(({ metadata, filterable }) =>
		Object.entries(filter).every(([field, { $in }]) => filterable.has(field) && $in.includes(metadata[field])),
	);
	const matches = nearest(matching, vector, topK).map(({ item: { id }, score }) => ({ id, score }));
	return success({ count: matches.length, matches });
}

function success(result: unknown): StoreReply {
	return { body: { success: true, errors: [], messages: [], result } };
}

function failure(status: number, code: number, message: string): StoreReply {
	return { status, body: { success: false, errors: [{ code, message }], messages: [], result: null } };
}
