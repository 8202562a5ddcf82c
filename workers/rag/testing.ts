/** What the tests of the rag Worker share: indexes, documents, and waiting for them. */
import { exports } from "cloudflare:workers";
import { expect, vi } from "vitest";
import type { IndexRebuild, RagDocument, RagIndex, Upload } from "#rag/schema";
import type { QuestionAnswer, SearchResult } from "#rag/search-schema";
import { asCaller, type TestCaller } from "../../test/support/as-caller.ts";

export function somebody(): { id: string; caller: TestCaller } {
	const id = `usr_${crypto.randomUUID()}`;
	return { id, caller: asCaller(id) };
}

export async function expectJson<Body>(response: Response, status: number): Promise<Body> {
	const text = await response.text();
	expect(response.status, text.slice(0, 500)).toBe(status);
	return JSON.parse(text) as Body;
}

export async function expectProblem(response: Response, status: number, code: string): Promise<{ detail: string }> {
	const problem = await expectJson<{ code: string; detail: string }>(response, status);
	expect(problem).toMatchObject({ status, code });
	return problem;
}

export async function newIndex(caller: TestCaller, fields: object = {}): Promise<RagIndex> {
	const name = `Index ${crypto.randomUUID()}`;
	return await expectJson<RagIndex>(await caller.post("/api/v1/indexes", { name, ...fields }), 201);
}

/** Added, and processed. */
export async function newDocument(caller: TestCaller, indexId: string, text: string, fields: object = {}) {
	const body = { indexId, text, name: "note.txt", ...fields };
	return await expectJson<RagDocument>(await caller.post("/api/v1/documents", body, { prefer: "wait=20" }), 200);
}

/** Begun, and at its end. */
export async function newRebuild(caller: TestCaller, indexId: string, embeddingModel = "local/lsa-384") {
	const answer = await caller.post(`/api/v1/indexes/${indexId}/rebuild`, { embeddingModel }, { prefer: "wait=20" });
	return await expectJson<IndexRebuild>(answer, 200);
}

export async function documentOf(caller: TestCaller, id: string): Promise<RagDocument> {
	return await expectJson<RagDocument>(await caller.get(`/api/v1/documents/${id}`), 200);
}

export async function listedAs(caller: TestCaller, id: string, status: RagDocument["status"]): Promise<RagDocument> {
	return await vi.waitFor(
		async () => {
			const document = await documentOf(caller, id);
			expect(document.status).toBe(status);
			return document;
		},
		{ timeout: 10_000, interval: 50 },
	);
}

export async function searchFor(caller: TestCaller, query: string, more: object = {}): Promise<SearchResult[]> {
	const answer = await caller.post("/api/v1/search", { query, ...more });
	return (await expectJson<{ results: SearchResult[] }>(answer, 200)).results;
}

export async function answerTo(caller: TestCaller, question: string, more: object = {}): Promise<QuestionAnswer> {
	return await expectJson<QuestionAnswer>(await caller.post("/api/v1/qa", { question, ...more }), 200);
}

/** Files in a form, as a browser sends them. */
export async function upload(
	userId: string,
	indexId: string,
	files: Record<string, string | Uint8Array<ArrayBuffer>>,
	{
		metadata,
		password,
		key,
		prefer = "wait=20",
	}: { metadata?: object; password?: string; key?: string; prefer?: string } = {},
): Promise<Response> {
	const form = new FormData();
	form.set("indexId", indexId);
	if (password !== undefined) form.set("password", password);
	if (metadata) form.set("metadata", JSON.stringify(metadata));
	for (const [name, content] of Object.entries(files)) form.append("files", new File([content], name));
	return await exports.default.fetch("http://domain/api/v1/documents/upload", {
		method: "POST",
		headers: {
			...{ "x-user-id": userId, "x-user-role": "user", "x-request-id": "req_test", prefer },
			...(key !== undefined && { "idempotency-key": key }),
		},
		body: form,
	});
}

export async function uploaded(response: Response): Promise<Upload> {
	return await expectJson<Upload>(response, 200);
}

/** `paragraphs` of some fifty words, none like another. */
export function longText(paragraphs: number, sentencesEach = 5): string {
	return Array.from({ length: paragraphs }, (_, i) =>
		Array.from(
			{ length: sentencesEach },
			(_, j) =>
				`Entry ${i}-${j} tells of the ${["river", "harbour", "forest", "market", "station"][j % 5]} at place ${i}.`,
		).join(" "),
	).join("\n\n");
}
