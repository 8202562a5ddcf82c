/**
 * What Weaviate's documentation says of the routes that are used here: collections, objects and their deletion in batches
 * (https://docs.weaviate.io/weaviate/api/rest), Get of GraphQL.
 */
import { parseGraphqlValue } from "./graphql-value.ts";
import { nearest, startStoreServer, type StoreCall, type StoreReply } from "./store-server.ts";

interface Item {
	class: string;
	id: string;
	vector: number[];
	properties: Record<string, string | string[]>;
}

interface Collection {
	properties: { name: string; dataType: string[]; indexFilterable?: boolean }[];
	items: Map<string, Item>;
}

interface Where {
	operator: string;
	operands?: Where[];
	path: [string];
	valueText: string[];
}

interface IdsWhere {
	operator: string;
	path: string[];
	valueTextArray: string[];
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
/** `QUERY_MAXIMUM_RESULTS`, which is 10,000 unless it is set: deletion has to go on. */
const mostResults = 4;

export function startWeaviateServer() {
	const collections = new Map<string, Collection>();
	return startStoreServer(answer);

	function answer({ method, path, headers, body }: StoreCall): StoreReply {
		if (headers.authorization !== "Bearer secret-key") return failure(401, "anonymous access not enabled");
		const [, holder = "", id = ""] = /^\/v1\/objects\/(\w+)\/([\w-]+)\?include=vector$/.exec(path) ?? [];
		if (holder) {
			const item = collections.get(holder)?.items.get(id);
			return item ? { body: item } : failure(404, "not found");
		}
		const [, name = ""] = /^\/v1\/schema\/(.+)$/.exec(path) ?? [];
		switch (`${method} ${name ? "/v1/schema/*" : path}`) {
			case "POST /v1/schema":
				return create(body as { class: string } & Collection);
			case "GET /v1/schema/*":
				return collections.has(name) ? { body: { class: name } } : failure(404, "not found");
			case "DELETE /v1/schema/*":
				collections.delete(name);
				return { body: {} };
			case "POST /v1/batch/objects":
				return { body: (body as { objects: Item[] }).objects.map(put) };
			case "DELETE /v1/batch/objects":
				return remove((body as { match: { class: string; where: IdsWhere } }).match);
			case "POST /v1/graphql":
				return graphql((body as { query: string }).query);
			default:
				return failure(404, "no route");
		}
	}

	function create(definition: { class: string } & Omit<Collection, "items">): StoreReply {
		if (!/^[A-Z][_0-9A-Za-z]{0,254}$/.test(definition.class)) return failure(422, "invalid name");
		if (collections.has(definition.class)) return failure(422, "already exists");
		collections.set(definition.class, { ...definition, items: new Map() });
		return { body: definition };
	}

	function put(item: Item): object {
		const collection = collections.get(item.class);
		const isKnown = (name: string) => collection?.properties.some((property) => property.name === name);
		const [first] = collection?.items.values() ?? [];
		const isValid = uuid.test(item.id) && Object.keys(item.properties).every(isKnown);
		if (!collection || !isValid || (first && first.vector.length !== item.vector.length)) {
			return { id: item.id, result: { status: "FAILED", errors: { error: [{ message: "invalid object" }] } } };
		}
		collection.items.set(item.id, item);
		return { id: item.id, result: { status: "SUCCESS" } };
	}

	/** `where` as REST has it, whose lists have names of their own. */
	function remove({ class: name, where }: { class: string; where: IdsWhere }): StoreReply {
		const collection = collections.get(name);
		if (!collection) return failure(422, "no such class");
		const { operator, path, valueTextArray: ids } = where;
		if (operator !== "ContainsAny" || path.join() !== "id" || !ids?.every((id) => uuid.test(id))) {
			return failure(422, "invalid where filter");
		}
		const wanted = new Set(ids);
		const found = [...collection.items.values()].filter(({ id }) => wanted.has(id)).slice(0, mostResults);
		for (const { id } of found) collection.items.delete(id);
		const results = { matches: found.length, limit: mostResults, successful: found.length, failed: 0 };
		return { body: { results } };
	}

	function graphql(query: string): StoreReply {
		const form = /^\{ Get \{ (\w+)\((.*)\)\s+\{ chunk _additional \{ distance \} \} \} \}$/s;
		const [, name = "", given = ""] = form.exec(query) ?? [];
		const collection = collections.get(name);
		if (!collection) return { body: { data: null, errors: [{ message: `Cannot query field "${name}"` }] } };
		const { limit, nearVector, where } = parseGraphqlValue(`{${given}}`) as {
			limit: number;
			nearVector: { vector: number[] };
			where?: Where;
		};
		const items = [...collection.items.values()].map((item) => ({ ...item, values: item.vector }));
		if (items[0] && items[0].vector.length !== nearVector.vector.length) {
			return { body: { data: { Get: { [name]: null } }, errors: [{ message: "vector lengths don't match" }] } };
		}
		const matching = items.filter((item) => !where || holds(where, item));
		const hits = nearest(matching, nearVector.vector, limit).map(({ item, score }) => ({
			chunk: item.properties["chunk"],
			_additional: { distance: 1 - score },
		}));
		return { body: { data: { Get: { [name]: hits } } } };
	}
}

/** https://docs.weaviate.io/weaviate/api/graphql/filters */
function holds({ operator, operands = [], path, valueText }: Where, item: Item): boolean {
	if (operator === "And") return operands.every((operand) => holds(operand, item));
	if (operator === "Or") return operands.some((operand) => holds(operand, item));
	const values = [item.properties[path[0]] ?? []].flat();
	if (!Array.isArray(valueText) || valueText.length === 0) throw new Error(`${operator} needs a list.`);
	if (operator === "ContainsAny") return values.some((value) => valueText.includes(value));
	if (operator === "ContainsNone") return !values.some((value) => valueText.includes(value));
	throw new Error(`There is no ${operator} here.`);
}

function failure(status: number, message: string): StoreReply {
	return { status, body: { error: [{ message }] } };
}
