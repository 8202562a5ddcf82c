import { describe, expect, test } from "vitest";
import { newToken } from "#core/ids";
import { refusalOf } from "#core/refusal-of.fixture";
import { ada } from "#rag/vector-index/index.fixture";
import {
	dimensions,
	findStore,
	newStore,
	secret,
	settingsOf,
	storeTypes,
	surroundings,
	vectorOf,
} from "./stores.fixture.ts";
import type { VectorStore } from "./vector-store.ts";
import { vectorStoreFor } from "./vector-store-for.ts";

const overHttp = storeTypes.filter((type) => type !== "pgvector");

/** The same failure, whatever is asked, and no word of what was sent, where to or what came back. */
async function expectFailure(store: VectorStore, failure: { code: string; details?: object }, ...words: string[]) {
	const question = { vector: [1, 0, 0], limit: 5, access: ada };
	for (const call of [
		() => store.upsert([vectorOf("chunk_id")]),
		() => store.nearest(question),
		() => store.vectors(["chunk_id"]),
		() => store.remove(["chunk_id"]),
	]) {
		const error = await refusalOf(call());
		expect(error).toMatchObject(failure);
		expect(error.cause).toBeUndefined();
		for (const word of [secret, "secret-password", "127.0.0.1", "rag_idx", "chunk_id", ...words]) {
			expect(JSON.stringify([error.message, error]).toLowerCase()).not.toContain(word.toLowerCase());
		}
	}
}

describe.each(overHttp)("%s", async (type) => {
	const found = await findStore("pinecone");
	const url = "url" in found ? found.url : "";

	test.for([
		[401, "bad_gateway", {}],
		[403, "bad_gateway", {}],
		[400, "bad_gateway", {}],
		[422, "bad_gateway", {}],
		[429, "service_unavailable", { retryAfter: 7 }],
		[500, "bad_gateway", {}],
		[503, "service_unavailable", { retryAfter: 7 }],
		[504, "gateway_timeout", {}],
	] as const)("%d is %s", async ([status, code, details]) => {
		await expectFailure(newStore(type, `${url}/status-${status}`), { code, details });
	});

	test("no answer is gateway_timeout", async () => {
		await expectFailure(newStore(type, `${url}/hang`, { timeoutMs: 100 }), { code: "gateway_timeout" });
	});

	test("no server is bad_gateway", async () => {
		await expectFailure(newStore(type, "http://127.0.0.1:1"), { code: "bad_gateway" });
	});

	test("nonsense is bad_gateway", async () => {
		await expectFailure(newStore(type, `${url}/nonsense`), { code: "bad_gateway" }, "html");
	});

	test.skipIf(type === "vectorize")("a private address is refused", async () => {
		await expectFailure(newStore(type, "http://10.0.0.1"), { code: "address_not_allowed" });
	});
});

describe("pgvector", async () => {
	const found = await findStore("pgvector");
	const it = test.skipIf("missing" in found);
	const url = "url" in found ? found.url : "";

	it("wrong dimensions in the table are no SQL in the message", async () => {
		const id = `idx_${newToken()}`;
		const settings = settingsOf("pgvector", url);
		const other = vectorStoreFor(settings, { id, dimensions: dimensions + 1 }, surroundings(url));
		await other.prepare();
		const store = vectorStoreFor(settings, { id, dimensions }, surroundings(url));
		const error = await refusalOf(store.upsert([vectorOf("a")]));
		expect(error).toMatchObject({ code: "bad_gateway", message: "PostgreSQL rejected the query (22000)." });
		expect(error.cause).toBeUndefined();
	});

	it("no TLS is said to be so", async () => {
		const store = newStore("pgvector", url.replace("?sslmode=disable", ""));
		expect(await refusalOf(store.vectors(["a"]))).toMatchObject({
			code: "bad_gateway",
			message: expect.stringContaining("does not offer TLS"),
		});
	});

	it("no table is nothing to read, and a failure to write", async () => {
		const store = newStore("pgvector", url);
		expect(await store.vectors(["a"])).toEqual(new Map());
		expect(await refusalOf(store.upsert([vectorOf("a")]))).toMatchObject({ code: "bad_gateway" });
	});

	test.for([
		["no server", "postgres://u:secret-password@127.0.0.1:1/d?sslmode=disable", "bad_gateway"],
		["a private address", "postgres://u:secret-password@10.0.0.1/d", "address_not_allowed"],
		["one written in another way", "postgres://u:secret-password@0x0a000001/d", "address_not_allowed"],
		["a name without a dot", "postgres://u:secret-password@localhost/d", "address_not_allowed"],
	] as const)("%s is %s", async ([, address, code]) => {
		await expectFailure(newStore("pgvector", address), { code });
	});

	test("no answer is gateway_timeout", async () => {
		const silent = await findStore("silent");
		const address = "url" in silent ? silent.url : "";
		await expectFailure(newStore("pgvector", address, { timeoutMs: 200 }), { code: "gateway_timeout" });
	});
});

test("what a store cannot do is refused by its name and the field's", async () => {
	const found = await findStore("vectorize");
	const store = newStore("vectorize", "url" in found ? found.url : "");
	const filter = { and: [{ not: { field: "year", gte: 2_020 } }] };
	const error = await refusalOf(store.nearest({ vector: [1, 0, 0], limit: 5, access: ada, filter }));
	expect(error).toMatchObject({ code: "invalid_input", message: expect.stringMatching(/^Vectorize .*"year"/) });

	const chroma = newStore("chroma", "http://127.0.0.1:1");
	const lists = await refusalOf(chroma.upsert([vectorOf("a", { metadata: { sizes: [1, 2] } })]));
	expect(lists).toMatchObject({ code: "invalid_input", message: expect.stringMatching(/^Chroma .*"sizes"/) });
});

test("an index of Pinecone's that does not fit is refused before anything is written", async () => {
	const found = await findStore("pinecone");
	const url = "url" in found ? found.url : "";
	const index = { id: `idx_${newToken()}`, dimensions: dimensions + 1 };
	const store = vectorStoreFor(settingsOf("pinecone", url), index, surroundings(url));
	expect(await refusalOf(store.prepare())).toMatchObject({ code: "invalid_input" });
});

test("an answer that is too long is bad_gateway", async () => {
	const found = await findStore("pinecone");
	const store = newStore("weaviate", "url" in found ? `${found.url}/long` : "");
	expect(await refusalOf(store.vectors(["chunk_id"]))).toMatchObject({
		code: "bad_gateway",
		message: "Weaviate gave an answer of more than 32 MiB.",
	});
});

test.for([0, 1_001, 1.5, Number.NaN])("a limit of %d is refused", async (limit) => {
	const store = newStore("chroma", "http://127.0.0.1:1");
	expect(await refusalOf(store.nearest({ vector: [1, 0, 0], limit, access: ada }))).toMatchObject({
		code: "invalid_input",
	});
});

test("an index's id is ours, or nothing is called by it", () => {
	const index = { id: 'a"; DROP TABLE users; --', dimensions };
	expect(() => vectorStoreFor(settingsOf("chroma", "http://127.0.0.1:1"), index, surroundings(""))).toThrow(TypeError);
});
