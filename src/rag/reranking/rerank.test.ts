/** Searches in the order of a reranker, down to its span. */
import { beforeAll, describe, expect, it } from "vitest";
import { AppError } from "#core/errors";
import { newId } from "#core/ids";
import { Span, type SpanRecord } from "#core/telemetry";
import { findPassages } from "#rag/find-passages";
import { retrieve } from "#rag/qa/ask";
import { contextOf, newIndexOf, readyDocument } from "#rag/rag.fixture";
import { search } from "#rag/search";
import { AskQuestion, SearchRequest } from "#rag/search-schema";
import type { Candidate, Reranker } from "./reranker.ts";

const texts = [
	"Owls hunt mice at night.",
	"Owls hunt mice at night, too.",
	"Owls hunt mice at night, also.",
	"Athens has owls on its coins.",
];
const userId = newId("usr");
const ctx = contextOf(userId);
let indexId: string;

beforeAll(async () => {
	indexId = await newIndexOf(ctx);
	for (const text of texts) await readyDocument(ctx, indexId, text);
}, 30_000);

/** One that says what `score` does, and remembers what it was asked. */
function rerankingBy(score: (candidate: Candidate) => number) {
	const asked: Candidate[][] = [];
	const spans: SpanRecord[] = [];
	const reranker: Reranker = {
		...{ provider: "cohere", modelId: "rerank-v3.5" },
		async scores(_query, candidates) {
			asked.push([...candidates]);
			return candidates.map(score);
		},
	};
	const span = new Span({ service: "rag", record: (record) => spans.push(record) }, "request");
	return { asked, spans, ctx: contextOf(userId, { span, reranker: async () => reranker }) };
}

const request = (more: object) =>
	SearchRequest.parse({
		query: "owls hunt mice",
		indexIds: [indexId],
		rerank: { model: "cohere/rerank-v3.5" },
		...more,
	});
const byLength = ({ text }: Candidate) => (text.length - 23) / 10;

describe("a search that is reranked", () => {
	it.each(["hybrid", "vector", "keyword"])(
		"by %s asks about all candidates, and gives the best of them",
		async (mode) => {
			const { asked, ctx } = rerankingBy(byLength);
			const found = await search(ctx, request({ mode, limit: 2, explain: true }));
			expect(asked).toHaveLength(1);
			expect(asked[0]!.length).toBe(4);
			expect(found.map(({ text }) => text)).toEqual([texts[2], texts[1]]);
			for (const { score, parts } of found) expect(parts).toMatchObject({ rerank: score, found: expect.any(Number) });
			expect(typeof found[0]!.parts!.keyword).toBe(mode === "hybrid" ? "number" : "undefined");
		},
	);

	it("keeps the order of equals, and says nothing of scores unless it is asked", async () => {
		const plain = await search(ctx, request({ rerank: undefined }));
		const found = await search(rerankingBy(() => 0.5).ctx, request({}));
		expect(found.map(({ text }) => text)).toEqual(plain.map(({ text }) => text));
		expect(found.some((one) => "parts" in one)).toBe(false);
	});

	it("holds the reranker's score against the least that is wanted", async () => {
		const found = await search(rerankingBy(byLength).ctx, request({ minScore: 0.65 }));
		expect(found.map(({ text }) => text)).toEqual([texts[2]]);
	});

	it("is made diverse in its new order", async () => {
		const { asked, ctx } = rerankingBy(({ text }) =>
			text.startsWith("Athens") ? 0.3 : byLength({ text } as Candidate),
		);
		const found = await search(ctx, request({ diversity: 0.7, limit: 2 }));
		expect(asked[0]).toHaveLength(4);
		expect(found.map(({ text }) => text)).toEqual([texts[2], texts[3]]);
	});

	it("finds nothing without asking anybody", async () => {
		const { asked, ctx } = rerankingBy(() => 1);
		const filter = { field: "team", eq: "none" };
		expect(await search(ctx, request({ filter }))).toEqual([]);
		expect(asked).toEqual([]);
	});

	it("fails as its reranker does, and tells so in its span", async () => {
		const { ctx, spans } = rerankingBy(() => {
			throw new AppError("rate_limited", "cohere is limiting requests (429).");
		});
		await expect(search(ctx, request({}))).rejects.toMatchObject({ code: "rate_limited" });
		expect(spans.find(({ name }) => name.startsWith("rerank"))).toMatchObject({
			status: "error",
			attributes: { "error.type": "rate_limited" },
		});
	});

	it("has a span with the model and how much it was asked, and no text", async () => {
		const { ctx, spans } = rerankingBy(byLength);
		await search(ctx, request({}));
		const parent = spans.find(({ name }) => name === "search_documents")!;
		const span = spans.find(({ name }) => name === "rerank cohere/rerank-v3.5");
		expect(span).toMatchObject({ kind: "client", parentSpanId: parent.spanId });
		expect(span!.attributes).toEqual({
			"gen_ai.operation.name": "rerank",
			"gen_ai.provider.name": "cohere",
			"gen_ai.request.model": "rerank-v3.5",
			"agentic_edge.rerank.candidates": 4,
		});
	});
});

it("other domains' searches and questions are reranked by the same words", async () => {
	const { ctx } = rerankingBy(byLength);
	const passages = await findPassages(ctx, { query: "owls", indexIds: [indexId], limit: 1, rerank: {} });
	expect(passages).toMatchObject([{ text: texts[2] }]);
	const asking = { ...ctx, model: async () => ({}) as never };
	const asked = AskQuestion.parse({ question: "owls?", indexIds: [indexId], topK: 1, rerank: {} });
	expect((await retrieve(asking, asked)).passages).toMatchObject([{ text: texts[2] }]);
	await expect(findPassages(ctx, { query: "owls", indexIds: [indexId], rerank: { depth: 5 } })).rejects.toMatchObject({
		code: "invalid_input",
		details: { fields: [{ pointer: "/rerank/depth" }] },
	});
});
