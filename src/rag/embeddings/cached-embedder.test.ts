import { describe, expect, it } from "vitest";
import { cachedEmbedder, type EmbeddingCache } from "./cached-embedder.ts";
import { embedderFor } from "./embedder-for.ts";
import type { EmbeddingSettings } from "./embedding-settings.ts";

const openAi: EmbeddingSettings = { model: "openai/text-embedding-3-small", apiKey: "sk-secret" };

function memoryCache() {
	const entries = new Map<string, Float32Array>();
	const cache: EmbeddingCache = {
		get: async (keys) => new Map([...entries].filter(([key]) => keys.includes(key))),
		async put(added) {
			for (const { key, vector } of added) entries.set(key, vector);
		},
	};
	return { cache, entries };
}

/** Numbers stand for themselves; `refused` is a text that no batch may hold. */
function provider(refused?: string) {
	const asked: string[][] = [];
	async function answer(_url: unknown, init?: RequestInit): Promise<Response> {
		const { input } = JSON.parse(String(init?.body)) as { input: string[] };
		asked.push(input);
		if (input.includes(refused ?? "")) return Response.json({ error: { message: "no" } }, { status: 400 });
		return Response.json({ data: input.map((text, index) => ({ index, embedding: [Number(text), 1] })) });
	}
	return { asked, fetch: answer as typeof fetch };
}

async function embed(
	settings: EmbeddingSettings,
	{ fetch }: ReturnType<typeof provider>,
	{ cache }: ReturnType<typeof memoryCache>,
	texts: string[],
	purpose?: "question",
): Promise<number[]> {
	const embedder = cachedEmbedder(embedderFor(settings, { fetch }), cache);
	return (await embedder.embed(texts, { for: purpose })).map(([first = Number.NaN]) => first);
}

describe("cachedEmbedder", () => {
	it("asks once for each text, whatever stands around it", async () => {
		const memory = memoryCache();
		const server = provider();
		expect(await embed(openAi, server, memory, ["1", "2", "1"])).toEqual([1, 2, 1]);
		expect(await embed(openAi, server, memory, ["3", "2", "1"])).toEqual([3, 2, 1]);
		expect(await embed(openAi, server, memory, ["3", "1"])).toEqual([3, 1]);
		expect(server.asked).toEqual([["1", "2"], ["3"]]);
	});

	it.each<[string, EmbeddingSettings, "question"?]>([
		["model", { ...openAi, model: "openai/text-embedding-3-large" }],
		["address", { ...openAi, baseUrl: "https://models.example.com/v1" }],
		["number of dimensions", { ...openAi, dimensions: 2 }],
		["purpose", openAi, "question"],
	])("keeps apart what another %s gives", async (_, settings, purpose) => {
		const memory = memoryCache();
		await embed(openAi, provider(), memory, ["1"]);
		const server = provider();
		await embed(settings, server, memory, ["1"], purpose);
		expect(server.asked).toEqual([["1"]]);
	});

	it("shares between keys, and does not keep them", async () => {
		const memory = memoryCache();
		await embed(openAi, provider(), memory, ["1"]);
		const server = provider();
		await embed({ ...openAi, apiKey: "sk-other" }, server, memory, ["1"]);
		expect(server.asked).toEqual([]);
		expect([...memory.entries.keys()]).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
	});

	it("keeps what was paid for when a later batch fails", async () => {
		const memory = memoryCache();
		const texts = Array.from({ length: 1_000 }, (_, index) => String(index));
		await expect(embed(openAi, provider("500"), memory, texts)).rejects.toMatchObject({ code: "provider_error" });
		const kept = memory.entries.size;
		expect(kept).toBeGreaterThanOrEqual(96);
		const server = provider();
		expect(await embed(openAi, server, memory, texts)).toEqual(texts.map(Number));
		expect(server.asked.flat()).toHaveLength(1_000 - kept);
	});
});
