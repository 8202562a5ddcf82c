/**
 * How fast files become searchable: parsed, cut, embedded by what the index learns of them, and written, through the
 * gateway, all of it on disk. Beside it Chroma's `add`, which is given the same chunks with their vectors.
 */
import { setTimeout as delay } from "node:timers/promises";
import { learnEmbedding } from "#rag/retrieval/learn-embedding";
import type { ApiClient, Json } from "../../scripts/api-client.ts";
import { hasCollections, readCollection } from "../rag/collection.ts";
import { timed } from "../rag-store/our-store.ts";
import { type Row, numberOf } from "../row.ts";
import { median } from "../statistics.ts";
import { type ChromaTexts, startChromaTexts, type TextsWithVectors } from "./chroma-texts.ts";

const collectionName = "ir-cranfield";
const files = 20;
const wantedChunks = 1_000;
const rounds = 5;

/** None where what it needs is missing, which is told. */
export async function ingestBench(api: ApiClient): Promise<Row[]> {
	if (!hasCollections()) {
		console.warn("\n!!! MISSING: the retrieval collections are not beside the checkout (../shared/data)\n");
		return [];
	}
	const chroma = await startChromaTexts().catch((error: unknown) => {
		console.warn(`\n!!! MISSING: ${error instanceof Error ? error.message : String(error)}\n`);
		return undefined;
	});
	try {
		return await measure(api, chroma);
	} finally {
		await chroma?.stop();
	}
}

async function measure(api: ApiClient, chroma: ChromaTexts | undefined): Promise<Row[]> {
	const form = filesOf(readCollection(collectionName).documents);
	// The engine compiles what it runs often; that is paid for by an index of its own.
	const { documents } = await ingest(api, form);
	const chunks = await withVectors(api, documents);
	const { length } = chunks.texts;
	if (length < wantedChunks) throw new Error(`There are ${length} chunks only.`);
	const [ours, theirs, settled]: [number[], number[], number[]] = [[], [], []];
	for (let round = 0; round < rounds; round++) {
		const ingestion = await ingest(api, form);
		ours.push(ingestion.found);
		settled.push(ingestion.settled);
		if (chroma) theirs.push(await chroma.add(chunks));
	}
	const rate = (times: number[]) => (length * 1_000) / median(times);
	const measured = `${length} chunks of ${files} Markdown files; with what is learnt of them afterwards ${numberOf(rate(settled))}/s`;
	return [
		{ name: "ingestion, chunks a second from the upload to the first search", value: rate(ours), unit: "/s", measured },
		...(chroma
			? [
					{
						name: "ingestion, against Chroma's `add` of the same chunks with their vectors",
						value: median(theirs.map((time, round) => time / ours[round]!)),
						unit: "×" as const,
						measured: `${numberOf(rate(ours))} against ${numberOf(rate(theirs))} chunks/s`,
						atLeast: 1,
					},
				]
			: []),
	];
}

interface Ingestion {
	/** Milliseconds until a search finds all of it. */
	found: number;
	/** Until the index has learnt from all of it, too. */
	settled: number;
	documents: Json[];
}

/** An index of its own, so that nothing is known already. */
async function ingest(api: ApiClient, form: File[]): Promise<Ingestion> {
	const { id } = await api.call("POST", "/api/v1/indexes", { name: crypto.randomUUID() });
	const body = new FormData();
	body.set("indexId", id);
	for (const file of form) body.append("files", file);
	let documents: Json[] = [];
	const found = await timed(async () => {
		const response = await fetch(`${api.url}/api/v1/documents/upload`, {
			method: "POST",
			headers: { authorization: `Bearer ${api.token}`, prefer: "wait=100" },
			body,
		});
		const uploaded = (await response.json()) as Json;
		documents = uploaded.documents ?? [];
		const isReady = documents.length === files && documents.every(({ status }) => status === "ready");
		if (!isReady) throw new Error(JSON.stringify(uploaded));
		const { results } = await api.call("POST", "/api/v1/search", { query: "boundary layer", indexIds: [id] });
		if (results.length === 0) throw new Error("Nothing was found.");
	});
	const learning = await timed(() => learnt(api, id));
	return { found, settled: found + learning, documents };
}

/** Resolves when the index has learnt from all of its chunks: what it does in the background is no burden to the others. */
async function learnt(api: ApiClient, indexId: string): Promise<void> {
	for (;;) {
		const { chunks, learntFrom } = await api.call("GET", `/api/v1/indexes/${indexId}/stats`);
		if (learntFrom === chunks) return;
		await delay(100);
	}
}

/** The chunks as they were cut, and vectors as an index makes them that has learnt from all of them. */
async function withVectors(api: ApiClient, documents: Json[]): Promise<TextsWithVectors> {
	const texts: string[] = [];
	for (const { id } of documents) {
		for (let cursor: string | undefined = ""; cursor !== undefined;) {
			const query = new URLSearchParams({ limit: "100", ...(cursor && { cursor }) });
			const page: Json = await api.call("GET", `/api/v1/documents/${id}/chunks?${query.toString()}`);
			texts.push(...page.chunks.map(({ text }: Json) => text));
			cursor = page.nextCursor;
		}
	}
	const embedding = learnEmbedding(texts);
	return { texts, vectors: texts.map((text) => [...embedding.embed(text)]) };
}

/** Each abstract a section. */
function filesOf(documents: { title: string; text: string }[]): File[] {
	const each = Math.ceil(documents.length / files);
	return Array.from({ length: files }, (_, i) => {
		const sections = documents.slice(i * each, (i + 1) * each).map(({ title, text }) => `## ${title}\n\n${text}\n`);
		return new File([sections.join("\n")], `abstracts-${i}.md`, { type: "text/markdown" });
	});
}
