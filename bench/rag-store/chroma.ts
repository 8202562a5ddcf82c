/** Chroma's own server, over its REST protocol; installed on demand. */
import { startChromaServer } from "./chroma-server.ts";
import type { Contender } from "./contender.ts";
import { timed } from "./our-store.ts";
import { queryOf, vectorsOf } from "./vectors.ts";

const atOnce = 1_000;

/** Rejects with what is missing. */
export async function startChroma(): Promise<Contender> {
	const { url, close } = await startChromaServer();
	const collections = `${url}/api/v2/tenants/default_tenant/databases/default_database/collections`;
	let collection = "";
	return {
		name: "Chroma",
		async build(size) {
			const configuration = { hnsw: { space: "cosine" } };
			const { id } = await send<{ id: string }>("POST", collections, { name: `size-${size}`, configuration });
			collection = `${collections}/${id}`;
			let adding = 0;
			for (let from = 0; from < size; from += atOnce) {
				const embeddings = vectorsOf(from, atOnce).map((vector) => [...vector]);
				const body = JSON.stringify({ ids: embeddings.map((_, i) => String(from + i)), embeddings });
				adding += await timed(() => sendText("POST", `${collection}/add`, body));
			}
			// Its index is brought up to date by the first query.
			const indexing = await timed(() => nearest(body(0)));
			return { seconds: (adding + indexing) / 1_000, measured: `${size / atOnce} calls of add, and the first query` };
		},
		search: (query) => nearest(body(query)),
		async times(searches) {
			const bodies = Array.from({ length: searches }, (_, i) => body(i));
			const times: number[] = [];
			for (const one of bodies) times.push(await timed(() => nearest(one)));
			return times;
		},
		effort: {
			usual: 100,
			async set(candidates) {
				await send("PUT", collection, { new_configuration: { hnsw: { ef_search: candidates } } });
			},
		},
		stop: close,
	};

	async function nearest(text: string): Promise<string[]> {
		const { ids } = await sendText<{ ids: string[][] }>("POST", `${collection}/query`, text);
		return ids[0] ?? [];
	}
}

function body(query: number): string {
	return JSON.stringify({ query_embeddings: [[...queryOf(query)]], n_results: 10, include: ["distances"] });
}

export async function send<Answer>(method: string, url: string, value: unknown): Promise<Answer> {
	return await sendText<Answer>(method, url, JSON.stringify(value));
}

async function sendText<Answer>(method: string, url: string, text: string): Promise<Answer> {
	const response = await fetch(url, { method, headers: { "content-type": "application/json" }, body: text });
	if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
	return (await response.json()) as Answer;
}
