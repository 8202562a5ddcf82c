/** What Pinecone's Vectors API, version 2026-04, says it does (pinecone-io/pinecone-api, `db_data_2026-04.oas.yaml`). */
import { nearest, startStoreServer, type StoreCall, type StoreReply } from "./store-server.ts";

interface Item {
	id: string;
	values: number[];
	metadata: Record<string, unknown>;
}

interface Body {
	namespace?: string;
	vectors: Item[];
	vector: number[];
	topK: number;
	filter?: Record<string, unknown>;
	ids?: string[];
	deleteAll?: boolean;
}

export const pineconeDimensions = 3;
const mostBytes = 2_000_000;
/** What servers take of an address. */
const mostOfPath = 8_192;

export function startPineconeServer() {
	const namespaces = new Map<string, Map<string, Item>>();
	return startStoreServer(answer);

	function answer({ path, headers, text, body }: StoreCall): StoreReply {
		if (headers["api-key"] !== "secret-key") return { status: 401, body: "Unauthorized" };
		if (headers["x-pinecone-api-version"] !== "2026-04") return refusal("An API version is needed.");
		if (text.length > mostBytes) return refusal("The request is too large.");
		if (path.length > mostOfPath) return { status: 414, body: "Request-URI Too Large" };
		if (path.startsWith("/vectors/fetch?")) return fetched(new URLSearchParams(path.split("?")[1]));
		const { namespace = "__default__", ...asked } = body as Body;
		const items = namespaces.get(namespace);
		switch (path) {
			case "/describe_index_stats":
				return { body: { dimension: pineconeDimensions, metric: "cosine", indexFullness: 0 } };
			case "/vectors/upsert":
				if (asked.vectors.length > 1_000) return refusal("Too many vectors.");
				if (!asked.vectors.every(isValid)) return refusal("A vector is not valid.");
				if (!items) namespaces.set(namespace, new Map());
				for (const vector of asked.vectors) namespaces.get(namespace)!.set(vector.id, vector);
				return { body: { upsertedCount: asked.vectors.length } };
			case "/query": {
				const { vector, topK, filter = {} } = asked;
				if (vector.length !== pineconeDimensions || !(topK >= 1 && topK <= 10_000)) return refusal("Not a query.");
				const matching = [...(items?.values() ?? [])].filter(({ metadata }) => holds(filter, metadata));
				const matches = nearest(matching, vector, topK).map(({ item: { id }, score }) => ({ id, score }));
				return { body: { matches, namespace, usage: { readUnits: 1 } } };
			}
			case "/vectors/delete":
				if (!items) return { status: 404, body: { code: 5, message: "Namespace not found", details: [] } };
				if ((asked.ids && asked.deleteAll) || asked.filter) return refusal("Either ids or all.");
				if (asked.ids && asked.ids.length > 1_000) return refusal("Too many ids.");
				if (asked.deleteAll) namespaces.delete(namespace);
				for (const id of asked.ids ?? []) items.delete(id);
				return { body: {} };
			default:
				return { status: 404, body: {} };
		}
	}

	function fetched(asked: URLSearchParams): StoreReply {
		const namespace = asked.get("namespace") ?? "__default__";
		const items = asked.getAll("ids").flatMap((id) => namespaces.get(namespace)?.get(id) ?? []);
		return { body: { vectors: Object.fromEntries(items.map((item) => [item.id, item])), namespace } };
	}
}

/** Metadata is flat: strings, numbers, booleans and lists of strings. */
function isValid({ id, values, metadata }: Item): boolean {
	const isValue = (value: unknown) =>
		["string", "number", "boolean"].includes(typeof value) ||
		(Array.isArray(value) && value.every((item) => typeof item === "string"));
	return (
		id.length <= 512 &&
		values.length === pineconeDimensions &&
		JSON.stringify(metadata).length <= 40_960 &&
		Object.values(metadata).every(isValue)
	);
}

/** https://docs.pinecone.io/guides/search/filter-by-metadata */
function holds(filter: Record<string, unknown>, metadata: Record<string, unknown>): boolean {
	return Object.entries(filter).every(([key, value]) => {
		if (key === "$and") return (value as Record<string, unknown>[]).every((one) => holds(one, metadata));
		if (key === "$or") return (value as Record<string, unknown>[]).some((one) => holds(one, metadata));
		const items = [metadata[key] ?? []].flat();
		return Object.entries(value as object).every(([operator, wanted]) => {
			if (operator === "$in") return items.some((item) => (wanted as unknown[]).includes(item));
			if (operator === "$nin") return !items.some((item) => (wanted as unknown[]).includes(item));
			throw new Error(`There is no ${operator} here.`);
		});
	});
}

function refusal(message: string): StoreReply {
	return { status: 400, body: { code: 3, message, details: [] } };
}
