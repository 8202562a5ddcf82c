/** What the tests of documents and indexes share: a context of real bindings, and what is awaited of it. */
import { env } from "cloudflare:workers";
import { createExecutionContext, runInDurableObject } from "cloudflare:test";
import { expect, vi } from "vitest";
import type { Caller } from "#core/caller";
import { newToken } from "#core/ids";
import { spanQueueSink } from "#core/span-queue";
import { Span } from "#core/telemetry";
import { homeOf } from "#run/run-id";
import { addDocument } from "./add-document.ts";
import { chunkIndexOf } from "./chunk-index.ts";
import type { RagContext } from "./context.ts";
import { createIndex } from "./create-index.ts";
import { DocumentFiles } from "./document-files.ts";
import { DocumentPasswords } from "./document-passwords.ts";
import { indexPartsOf } from "./index-parts-of.ts";
import { ingestionHome } from "./ingestion-home.ts";
import type { LearningIndex } from "./learning-index-object.ts";
import { rebuildHome } from "./rebuild-home.ts";
import { CreateIndex } from "./schema.ts";
import { getDocument, openDb } from "./store.ts";
import type { DocumentRow } from "./tables.ts";
import type { IndexedChunk } from "./vector-index/chunk.ts";
import { ada } from "./vector-index/index.fixture.ts";

export function contextOf(userId: string, changed: Partial<RagContext> = {}): RagContext {
	const background = createExecutionContext();
	const caller: Caller = { userId, role: "user", requestId: "req_test", traceparent: "" };
	const span = new Span(spanQueueSink("rag", env.TELEMETRY, background), "test");
	return {
		...{ caller, span, background, db: openDb(env.DB), files: new DocumentFiles(env.DOCUMENTS) },
		parts: indexPartsOf(env),
		passwords: new DocumentPasswords(env.SECRETS_KEY),
		shard: (buildId, shard) => chunkIndexOf(env.VECTOR_INDEX, buildId, shard),
		ingestions: (name) => ingestionHome(env.INGESTIONS, name),
		rebuilds: (name) => rebuildHome(env.REBUILDS, name),
		keys: (userId) => env.RUN_KEYS.getByName(userId),
		model: async () => Promise.reject(new Error("These tests ask no model.")),
		reranker: async () => Promise.reject(new Error("These tests rerank nothing.")),
		...changed,
	};
}

/** The same, but that `start` of its ingestions does something before or after. */
export function withStart(
	ctx: RagContext,
	{ before, after }: { before?: () => Promise<void>; after?: (executionId: string) => Promise<void> },
): RagContext {
	return {
		...ctx,
		ingestions(name) {
			const home = ctx.ingestions(name);
			return {
				start: async (...asked: Parameters<typeof home.start>) => {
					await before?.();
					const run = await home.start(...asked);
					await after?.(asked[1]);
					return run;
				},
				settled: (...asked: Parameters<typeof home.settled>) => home.settled(...asked),
				forget: (...asked: Parameters<typeof home.forget>) => home.forget(...asked),
			} as typeof home;
		},
	};
}

export async function newIndexOf(ctx: RagContext, fields: object = {}): Promise<string> {
	return (await createIndex(ctx, CreateIndex.parse({ name: newToken(), ...fields }))).id;
}

export async function readyDocument(ctx: RagContext, indexId: string, text: string): Promise<DocumentRow> {
	const { id } = await addDocument(ctx, { indexId, name: "note.txt", metadata: {}, bytes: bytesOf(text) });
	return await becomes(ctx, id, "ready");
}

export async function becomes(ctx: RagContext, id: string, status: DocumentRow["status"]): Promise<DocumentRow> {
	return await vi.waitFor(async () => {
		const row = await getDocument(ctx, id);
		expect(row.status).toBe(status);
		return row;
	}, 5_000);
}

export function bytesOf(text: string): Uint8Array {
	return new TextEncoder().encode(text);
}

export async function settle(ctx: RagContext, executionId: string): Promise<void> {
	await ctx.ingestions(homeOf(executionId)).settled(ctx.caller, executionId, 5_000);
	// And is projected.
	await scheduler.wait(300);
}

export async function rowsOf(indexId: string): Promise<number> {
	const row = await env.DB.prepare("SELECT count(*) AS n FROM rag_documents WHERE index_id = ?").bind(indexId).first();
	return Number(row?.n);
}

export async function filesOf(documentId: string): Promise<string[]> {
	return (await env.DOCUMENTS.list({ prefix: `documents/${documentId}/` })).objects.map(({ key }) => key);
}

export function chunkOf(id: string, text: string, documentId = "doc_1"): IndexedChunk {
	const place = Number(/\d+$/.exec(id)?.[0] ?? 0);
	return {
		...{ id, documentId, ownerId: ada.userId, shared: false, title: "note.txt", text, metadata: {} },
		...{ start: place * 100, end: place * 100 + text.length },
	};
}

/** In the object itself, whose types are deeper than TypeScript follows. */
export async function inIndex<T>(
	name: string,
	work: (instance: LearningIndex, state: DurableObjectState) => Promise<T> | T,
): Promise<T> {
	const stub = env.VECTOR_INDEX.getByName(name) as unknown as DurableObjectStub<never>;
	return await runInDurableObject(stub, async (instance, state) => await work(instance as LearningIndex, state));
}

/** The texts of documents are written when `go` says so; `arrived` tells that one would be. */
export function heldTexts(): Record<"arrived" | "go", PromiseWithResolvers<void>> {
	const [arrived, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
	const putText = DocumentFiles.prototype.putText;
	vi.spyOn(DocumentFiles.prototype, "putText").mockImplementation(async function (
		this: DocumentFiles,
		...asked: Parameters<typeof putText>
	) {
		arrived.resolve();
		await go.promise;
		await putText.apply(this, asked);
	});
	return { arrived, go };
}
