/**
 * How fast files become searchable: parsed, cut, embedded by what the index learns of them, and written, through the
 * gateway, all of it on disk. Beside it Chroma's `add`, which is given the same chunks with their vectors.
 */
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
const rounds = 3;

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
	const { chunks } = await ingest(api, form);
	const learnt = await withVectors(api, chunks.documents);
	const { length } = learnt.texts;
	if (length < wantedChunks) throw new Error(`There are ${length} chunks only.`);
	const [ours, theirs]: [number[], number[]] = [[], []];
	for (let round = 0; round < rounds; round++) {
		ours.push((await ingest(api, form)).milliseconds);
		if (chroma) theirs.push(await chroma.add(learnt));
	}
	const rate = (times: number[]) => (length * 1_000) / median(times);
	const measured = `${numberOf(rate(ours))} chunks/s, ${length} chunks of ${files} Markdown files from the upload to the first search`;
	return [
		{ name: "ingestion, chunks a second", value: rate(ours), unit: "/s", measured },
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

/** An index of its own, so that nothing is known already. */
async function ingest(api: ApiClient, form: File[]): Promise<{ milliseconds: number; chunks: Json }> {
	const { id } = await api.call("POST", "/api/v1/indexes", { name: crypto.randomUUID() });
	const body = new FormData();
	body.set("indexId", id);
	for (const file of form) body.append("files", file);
	let chunks: Json;
	const milliseconds = await timed(async () => {
		const response = await fetch(`${api.url}/api/v1/documents/upload`, {
			method: "POST",
			headers: { authorization: `Bearer ${api.token}`, prefer: "wait=100" },
			body,
		});
		chunks = await response.json();
		if (chunks.documents?.some(({ status }: Json) => status !== "ready")) throw new Error(JSON.stringify(chunks));
		const { results } = await api.call("POST", "/api/v1/search", { query: "boundary layer", indexIds: [id] });
		if (results.length === 0) throw new Error("Nothing was found.");
	});
	return { milliseconds, chunks };
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
