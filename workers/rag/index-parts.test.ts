/** Indexes whose vectors a model makes, and another store keeps. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, inject, test, vi } from "vitest";
import type { IndexStats, RagIndex } from "#rag/schema";
import { asCaller } from "../../test/support/as-caller.ts";
import { expectJson, expectProblem, newDocument, newIndex, searchFor } from "./testing.ts";

const apiKey = "sk-embedding";
const caller = asCaller(`usr_${crypto.randomUUID()}`);
const texts = ["Owls hunt mice at night.", "Trains run on rails of steel.", "Bread is made of flour and water."];
let baseUrl: string;

beforeAll(async () => {
	baseUrl = (await started("embeddings")).url!;
});

async function started(name: string): Promise<{ url?: string; missing?: string }> {
	return await (await fetch(`${inject("vectorStores")}/${name}`)).json();
}

const byModel = () => ({ embeddingModel: "compatible/words", embedding: { apiKey, baseUrl } });

async function fill(index: RagIndex): Promise<void> {
	for (const text of texts) await newDocument(caller, index.id, text, { metadata: { about: text.split(" ")[0] } });
}

async function expectSearches(index: RagIndex): Promise<void> {
	for (const mode of ["vector", "keyword", "hybrid"]) {
		const found = await searchFor(caller, "owls hunt", {
			indexIds: [index.id],
			mode,
			limit: 2,
			diversity: mode === "hybrid" ? 0.1 : 0,
		});
		expect(found[0]!.text, mode).toBe(texts[0]);
		const filter = { field: "about", eq: "Trains" };
		const filtered = await searchFor(caller, "rails or owls", { indexIds: [index.id], mode, filter });
		expect(
			filtered.map(({ text }) => text),
			mode,
		).toEqual([texts[1]]);
	}
}

describe("a model that makes the vectors", () => {
	test("is asked for passages and questions, and its key never shown", async () => {
		const index = await newIndex(caller, byModel());
		expect(index).toMatchObject({ embeddingModel: "compatible/words", dimensions: 16, vectorStore: "builtin" });
		await fill(index);
		await expectSearches(index);
		expect(JSON.stringify(index)).not.toContain(apiKey);
		const { results } = await env.DB.prepare("SELECT config FROM rag_indexes").all();
		expect(JSON.stringify(results)).not.toContain(apiKey);
		const [document] = (
			await expectJson<{ documents: { id: string }[] }>(await caller.get(`/api/v1/documents?indexId=${index.id}`), 200)
		).documents;
		await expectJson(
			await caller.send("PATCH", `/api/v1/documents/${document!.id}`, { metadata: { about: "baking" } }),
			200,
		);
		const found = await searchFor(caller, "flour water", {
			indexIds: [index.id],
			mode: "vector",
			filter: { field: "about", eq: "baking" },
		});
		expect(found.map(({ text }) => text)).toEqual([texts[2]]);
	});

	test("that refuses the key makes no index", async () => {
		const refused = { name: "Refused", ...byModel(), embedding: { apiKey: "sk-wrong", baseUrl } };
		const problem = await expectProblem(await caller.post("/api/v1/indexes", refused), 502, "provider_error");
		expect(JSON.stringify(problem)).not.toContain("sk-wrong");
		const { indexes } = await expectJson<{ indexes: RagIndex[] }>(await caller.get("/api/v1/indexes"), 200);
		expect(indexes.map(({ name }) => name)).not.toContain("Refused");
	});

	test("is not asked where a key is missing, or an address is private", async () => {
		await expectProblem(
			await caller.post("/api/v1/indexes", { name: "x", embeddingModel: "openai/text-embedding-3-small" }),
			422,
			"provider_not_configured",
		);
		const inside = { apiKey, baseUrl: "http://10.0.0.1/v1" };
		await expectProblem(
			await caller.post("/api/v1/indexes", { name: "x", ...byModel(), embedding: inside }),
			422,
			"address_not_allowed",
		);
		await expectProblem(
			await caller.post("/api/v1/indexes", { name: "x", embedding: { apiKey } }),
			422,
			"invalid_input",
		);
		await expectProblem(
			await caller.post("/api/v1/indexes", { name: "x", vectorStore: { type: "chroma", url: baseUrl } }),
			422,
			"invalid_input",
		);
	});
});

describe.each(["pgvector", "chroma", "weaviate"] as const)("vectors kept in %s", (type) => {
	test("are found with texts that are kept here, and go with their documents", async ({ skip }) => {
		const { url, missing } = await started(type);
		if (!url) return skip(missing);
		const key = type === "weaviate" ? { apiKey: "secret-key" } : undefined;
		const index = await newIndex(caller, { ...byModel(), vectorStore: { type, url, ...key } });
		expect(index).toMatchObject({ vectorStore: type, dimensions: 16 });
		await fill(index);
		await expectSearches(index);
		const { documents } = await expectJson<{ documents: { id: string }[] }>(
			await caller.get(`/api/v1/documents?indexId=${index.id}`),
			200,
		);
		const [bread, , owls] = documents;
		await expectJson(
			await caller.send("PATCH", `/api/v1/documents/${bread!.id}`, { metadata: { about: "baking" } }),
			200,
		);
		const filter = { field: "about", eq: "baking" };
		const changed = await searchFor(caller, "flour", { indexIds: [index.id], mode: "vector", filter });
		expect(changed.map(({ text }) => text)).toEqual([texts[2]]);
		expect((await caller.send("DELETE", `/api/v1/documents/${owls!.id}`)).status).toBe(204);
		const left = await searchFor(caller, "owls hunt", { indexIds: [index.id], mode: "vector" });
		expect(left.map(({ text }) => text)).not.toContain(texts[0]);
		await expectJson(await caller.post(`/api/v1/documents/${bread!.id}/reindex`, undefined), 202);
		await vi.waitFor(async () => {
			const stats = await expectJson<IndexStats>(await caller.get(`/api/v1/indexes/${index.id}/stats`), 200);
			expect(stats).toMatchObject({ documents: { ready: 2, processing: 0 }, chunks: 2 });
		}, 10_000);
		expect((await caller.send("DELETE", `/api/v1/indexes/${index.id}`)).status).toBe(204);
	}, 60_000);
});
