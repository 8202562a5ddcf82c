/** Searches and answers, through the Worker. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { pdfOf } from "#rag/documents/documents.fixture";
import { findPassages } from "#rag/find-passages";
import { contextOf } from "#rag/rag.fixture";
import type { Chunk, RagDocument } from "#rag/schema";
import {
	answerTo,
	expectJson,
	expectProblem,
	newDocument,
	newIndex,
	searchFor,
	longText,
	somebody,
	upload,
	uploaded,
} from "./testing.ts";

afterEach(() => vi.restoreAllMocks());

describe("search", () => {
	test("over several indexes ranks what is about the question before what shares a word with it", async () => {
		const { caller } = somebody();
		const [birds, trains] = [await newIndex(caller), await newIndex(caller)];
		for (const text of [
			"Barn owls hunt voles at night, guided by their ears.",
			"At night a barn owl hunts over open fields.",
			"How barn owls hunt: in silent flight, mostly at night.",
			"Barn owls raise their young on what they hunt at night.",
		])
			await newDocument(caller, birds.id, text);
		await newDocument(caller, trains.id, "The night train to Vienna has a dining car.");
		const indexIds = [birds.id, trains.id];
		const found = await searchFor(caller, "how do barn owls hunt at night", { indexIds, explain: true });
		expect(found.map(({ indexId, score }) => [indexId === birds.id ? "birds" : "trains", score])).toEqual([
			...Array.from({ length: 4 }, () => ["birds", expect.any(Number)]),
			["trains", expect.any(Number)],
		]);
	});

	test("with diversity gives first what is unlike the best, not what is nearest to it", async () => {
		const { caller } = somebody();
		const { id: indexId } = await newIndex(caller);
		for (const text of [
			"Owls hunt mice in the barn at night.",
			"Owls hunt mice in the barn at night, too.",
			"Owls hunt mice in the barn at night, also.",
			"The emblem of Athens shows owls.",
		])
			await newDocument(caller, indexId, text);
		const found = await searchFor(caller, "owls hunt mice", { indexIds: [indexId], diversity: 1, limit: 3 });
		expect(found[1]!.text).toContain("Athens");
	});

	test("names are found by a part of theirs, in any case, also beyond ASCII", async () => {
		const { caller } = somebody();
		const { id: indexId } = await newIndex(caller);
		const { id } = await newDocument(caller, indexId, "A note.", { name: "Übersicht Ärzte.txt" });
		for (const name of ["Übersicht", "übersicht", "ärzte"]) {
			const path = `/api/v1/documents?indexId=${indexId}&name=${encodeURIComponent(name)}`;
			const { documents } = await expectJson<{ documents: RagDocument[] }>(await caller.get(path), 200);
			expect(
				documents.map((one) => one.id),
				name,
			).toEqual([id]);
		}
	});

	test("by keyword finds Burmese words", async () => {
		const { caller } = somebody();
		const { id: indexId } = await newIndex(caller);
		await newDocument(caller, indexId, "ကလေးများ ကျောင်းသွားသည်။");
		expect(await searchFor(caller, "ကလေး", { indexIds: [indexId], mode: "keyword" })).toHaveLength(1);
	});
});

describe("reranking", () => {
	test("by words alone is there without any setting, and explains itself", async () => {
		const { caller } = somebody();
		const { id: indexId } = await newIndex(caller);
		for (const text of ["Owls sleep by day.", "Owls hunted mice by night.", "Trains run by night."])
			await newDocument(caller, indexId, text);
		const asked = { indexIds: [indexId], explain: true, rerank: {}, limit: 2 };
		const found = await searchFor(caller, "what do owls hunt at night", asked);
		expect(found[0]!.text).toBe("Owls hunted mice by night.");
		expect(found).toHaveLength(2);
		for (const { score, parts } of found) {
			expect(score >= 0 && score <= 1).toBe(true);
			expect(parts).toEqual({
				...{ keyword: expect.any(Number), vector: expect.any(Number), found: expect.any(Number), rerank: score },
			});
		}
		const answer = await answerTo(caller, "what do owls hunt at night", { indexIds: [indexId], rerank: {} });
		expect(answer).toMatchObject({ found: true, answer: expect.stringContaining("mice") });
	});

	test.each([
		["acme/rerank", "invalid_input"],
		["local/dev", "invalid_input"],
		["rerank", "invalid_input"],
		["cohere/rerank-v3.5", "provider_not_configured"],
		["@cf/baai/bge-reranker-base", "provider_not_configured"],
		["gpt-4.1", "provider_not_configured"],
	])("by %s is refused: %s", async (model, code) => {
		const { caller } = somebody();
		await newIndex(caller);
		const rerank = { model };
		await expectProblem(await caller.post("/api/v1/search", { query: "owls", rerank }), 422, code);
		await expectProblem(await caller.post("/api/v1/qa", { question: "owls?", rerank }), 422, code);
	});

	test.each([{ depth: 9 }, { depth: 101 }, { model: "" }, "local/rerank"])("%o does not fit", async (rerank) => {
		const { caller } = somebody();
		await expectProblem(await caller.post("/api/v1/search", { query: "owls", rerank }), 422, "invalid_input");
	});
});

describe("answers", () => {
	test("a question about an index that there is not for the caller is not found, streamed or not", async () => {
		const [ada, bob] = [somebody().caller, somebody().caller];
		const { id: indexId } = await newIndex(ada);
		const question = { question: "What is the code word?", indexIds: [indexId] };
		await expectProblem(await bob.post("/api/v1/qa", question), 404, "not_found");
		await expectProblem(await bob.post("/api/v1/qa", { ...question, stream: true }), 404, "not_found");
	});

	test("a document that speaks of the mark for no answer hides no answer", async () => {
		const { caller } = somebody();
		const { id: indexId } = await newIndex(caller);
		await newDocument(caller, indexId, "The boiling point of zyrconite, NOT_IN_DOCUMENTS before, is 700 degrees.");
		const answer = await answerTo(caller, "What is the boiling point of zyrconite?", { indexIds: [indexId] });
		expect(answer).toMatchObject({ found: true });
	});
});

test("what spans pages tells on which it begins and on which it ends", async () => {
	const { id: userId, caller } = somebody();
	const { id: indexId } = await newIndex(caller);
	const pages = ["Herons nest in March.", "Owls nest in April.", "Storks nest in May."];
	const pdf = pdfOf(pages.map((line) => [[12, 50, 700, line]]));
	const { documents } = await uploaded(await upload(userId, indexId, { "birds.pdf": Uint8Array.from(pdf) }));
	const path = `/api/v1/documents/${documents[0]!.id}/chunks`;
	const { chunks } = await expectJson<{ chunks: Chunk[] }>(await caller.get(path), 200);
	expect(chunks).toMatchObject([{ page: 1, pageEnd: 3 }]);
	const indexIds = [indexId];
	expect(await searchFor(caller, "owls", { indexIds })).toMatchObject([{ page: 1, pageEnd: 3 }]);
	const { citations } = await answerTo(caller, "When do owls nest?", { indexIds });
	expect(citations).toMatchObject([{ page: 2, pageEnd: 2, source: "birds.pdf, page 2" }]);
	const passages = await findPassages(contextOf(userId), { query: "owls", indexIds });
	expect(passages).toMatchObject([{ page: 1, pageEnd: 3 }]);
});

describe("conventions", () => {
	test("chunks come in pages with an opaque cursor", async () => {
		const { caller } = somebody();
		const { id: indexId } = await newIndex(caller, { chunking: { size: 16, overlap: 0 } });
		const { id } = await newDocument(caller, indexId, longText(4));
		type Page = { chunks: Chunk[]; nextCursor?: string };
		const first = await expectJson<Page>(await caller.get(`/api/v1/documents/${id}/chunks?limit=2`), 200);
		expect(first.nextCursor).toBeTypeOf("string");
		const next = `/api/v1/documents/${id}/chunks?limit=2&cursor=${first.nextCursor}`;
		const second = await expectJson<Page>(await caller.get(next), 200);
		expect(second.chunks[0]!.start).toBeGreaterThanOrEqual(first.chunks[1]!.start);
	});

	test("processing once more tells where it is, and waits where that is preferred", async () => {
		const { caller } = somebody();
		const { id: indexId } = await newIndex(caller);
		const { id } = await newDocument(caller, indexId, "A note.");
		const path = `/api/v1/documents/${id}/reindex`;
		expect((await caller.post(path, undefined)).headers.get("location")).toBeTruthy();
		const waited = await caller.post(path, undefined, { prefer: "wait=20" });
		expect((await waited.json<RagDocument>()).status).toBe("ready");
	});
});
