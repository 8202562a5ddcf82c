/** Documents, indexes and searches where something breaks, or where there are many. */
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, test, vi } from "vitest";
import { newId } from "#core/ids";
import { addDocument } from "./add-document.ts";
import type { RagContext } from "./context.ts";
import { describeIndexes } from "./describe-indexes.ts";
import { DocumentFiles } from "./document-files.ts";
import { finishDeletions } from "./finish-deletions.ts";
import { LearningIndex } from "./learning-index-object.ts";
import { removeDocument } from "./remove-document.ts";
import { SearchRequest } from "./search-schema.ts";
import { search } from "./search.ts";
import type { DocumentRow } from "./tables.ts";
import { getDocument, getIndex, listDocuments, openDb, updateDocument } from "./store.ts";
import { updateIndex } from "./update-index.ts";
import {
	becomes,
	contextOf,
	withStart,
	newIndexOf,
	readyDocument,
	bytesOf,
	rowsOf,
	filesOf,
	inIndex,
} from "./rag.fixture.ts";

afterEach(() => vi.restoreAllMocks());

describe("what breaks on the way", () => {
	test.each(["processing", "failed"] as const)(
		"safety: a document whose request died before its processing began, and is %s, is processed when it is sent again",
		async (status) => {
			const ctx = contextOf(newId("usr"));
			const indexId = await newIndexOf(ctx);
			const asked = Promise.withResolvers<void>();
			const before = async () => {
				asked.resolve();
				await new Promise<void>(() => {});
			};
			const added = { indexId, name: "note.txt", metadata: {}, bytes: bytesOf("A note about owls.") };
			void addDocument(withStart(ctx, { before }), added);
			await asked.promise;
			const { items } = await listDocuments(ctx, { limit: 1 }, { indexId });
			const { id } = items[0]!;
			await ctx.files.delete(id);
			await updateDocument(ctx, id, { status });
			expect(await addDocument(ctx, added)).toMatchObject({ id, status: "processing" });
			await becomes(ctx, id, "ready");
		},
	);

	test("a document that was refused leaves no bytes behind", async () => {
		const ctx = contextOf(newId("usr"));
		const put = vi.spyOn(DocumentFiles.prototype, "putOriginal");
		const full = withStart(ctx, { before: async () => Promise.reject(new Error("Too many are waiting.")) });
		const indexId = await newIndexOf(ctx);
		const added = addDocument(full, { indexId, name: "note.txt", metadata: {}, bytes: bytesOf("A note.") });
		await expect(added).rejects.toThrow("Too many");
		for (const [id] of put.mock.calls) expect(await filesOf(id)).toEqual([]);
	}, 20_000);

	test("a deletion that cannot be finished holds up no other", async () => {
		const ctx = contextOf(newId("usr"));
		const indexId = await newIndexOf(ctx);
		const [one, two] = [await readyDocument(ctx, indexId, "One."), await readyDocument(ctx, indexId, "Two.")];
		const longAgo = new Date(Date.now() - 60_000).toISOString();
		for (const { id } of [one, two]) {
			await env.DB.prepare("UPDATE rag_documents SET status = 'deleting', updated_at = ? WHERE id = ?")
				.bind(longAgo, id)
				.run();
		}
		await finishDeletions({
			...ctx,
			ingestions: (name) =>
				({
					async forget(document: DocumentRow) {
						if (document.id === one.id) throw new Error("This one fails for ever.");
						await ctx.ingestions(name).forget(document);
					},
				}) as unknown as ReturnType<RagContext["ingestions"]>,
		});
		expect(await rowsOf(indexId)).toBe(1);
	}, 20_000);

	test("what a processing has written that breaks again and again is taken out", async () => {
		const ctx = contextOf(newId("usr"));
		const indexId = await newIndexOf(ctx);
		const write = LearningIndex.prototype.write;
		vi.spyOn(LearningIndex.prototype, "write").mockImplementation(async function (this: LearningIndex, chunks) {
			await write.call(this, chunks);
			throw new Error("Network connection lost.");
		});
		const { id } = await addDocument(ctx, { indexId, name: "note.txt", metadata: {}, bytes: bytesOf("A note.") });
		await vi.waitFor(async () => expect((await getDocument(ctx, id)).status).toBe("failed"), 15_000);
		expect(await ctx.shard(indexId, "0.0").count()).toBe(0);
	}, 20_000);

	test("a call of the index that breaks once does not fail a document", async () => {
		const ctx = contextOf(newId("usr"));
		const write = LearningIndex.prototype.write;
		let calls = 0;
		vi.spyOn(LearningIndex.prototype, "write").mockImplementation(async function (this: LearningIndex, chunks) {
			if (++calls === 1) throw new Error("Network connection lost.");
			await write.call(this, chunks);
		});
		const { id } = await addDocument(ctx, {
			...{ indexId: await newIndexOf(ctx), name: "note.txt", metadata: {}, bytes: bytesOf("A note.") },
		});
		await vi.waitFor(async () => {
			const { status, error } = await getDocument(ctx, id);
			expect({ status, error }).toEqual({ status: "ready", error: null });
		}, 15_000);
	}, 30_000);

	test("an index whose object was reset takes documents again, and gives them up", async () => {
		const ctx = contextOf(newId("usr"));
		vi.spyOn(Math, "random").mockReturnValue(0);
		const indexId = await newIndexOf(ctx);
		const { id, shard } = await readyDocument(ctx, indexId, "The first note.");
		await inIndex(`${indexId}/${shard}`, (_, state) => state.abort("reset")).catch(() => {});
		await removeDocument(ctx, id);
		await readyDocument(ctx, indexId, "The second note.");
	}, 30_000);
});

describe("other requests", () => {
	test("to add a document reads a few rows, however many documents its index has", async () => {
		const ctx = contextOf(newId("usr"));
		const indexId = await newIndexOf(ctx);
		const { executionId } = await readyDocument(ctx, indexId, "A note.");
		await env.DB.prepare(
			`INSERT INTO rag_documents SELECT ?1 || n, owner_id, index_id, shard, ?1 || n, original_name, content_type,
				type, title, size, ?1 || n, status, error, metadata, source_url, characters, pages, chunk_count, ?1 || n,
				uploaded_at, updated_at, folded_name, next_shard FROM rag_documents, (SELECT value AS n FROM json_each(?2)) WHERE execution_id = ?3`,
		)
			.bind(`doc_${indexId}_`, JSON.stringify(Array.from({ length: 2_000 }, (_, i) => i)), executionId)
			.run();
		const asked: D1PreparedStatement[] = [];
		const watched = {
			batch: (statements: D1PreparedStatement[]) => env.DB.batch(statements),
			prepare: (query: string) => ({
				bind(...values: unknown[]) {
					const statement = env.DB.prepare(query).bind(...values);
					if (/^select/i.test(query)) asked.push(statement);
					return statement;
				},
			}),
		} as unknown as D1Database;
		const adding = { ...ctx, db: openDb(watched) };
		await addDocument(adding, { indexId, name: "n.txt", metadata: {}, bytes: bytesOf("Another note.") });
		expect(asked.length).toBeGreaterThan(0);
		const answers = await env.DB.batch(asked);
		expect(answers.reduce((sum, { meta }) => sum + meta.rows_read, 0)).toBeLessThan(200);
	}, 60_000);

	test("two changes of an index at once are both made", async () => {
		const ctx = contextOf(newId("usr"));
		const id = await newIndexOf(ctx, { shared: true });
		await Promise.all([
			updateIndex(ctx, id, { shared: false }),
			updateIndex(ctx, id, { description: "All contracts." }),
		]);
		expect(await getIndex(ctx, id)).toMatchObject({ shared: false, description: "All contracts." });
	});

	test("more than a hundred indexes can be described to another Worker", async () => {
		const ctx = contextOf(newId("usr"));
		const id = await newIndexOf(ctx);
		const ids = [...Array.from({ length: 120 }, () => newId("idx")), id];
		expect(await describeIndexes(ctx, ids)).toMatchObject([{ id }]);
	});

	test("a search that gives parents reads each document once", async () => {
		const ctx = contextOf(newId("usr"));
		const chunking = { size: 16, overlap: 0, parentWindow: 64 };
		const indexId = await newIndexOf(ctx, { chunking });
		await readyDocument(
			ctx,
			indexId,
			Array.from({ length: 60 }, (_, i) => `Owls hunt mice in barn ${i}.`).join("\n\n"),
		);
		const read = vi.spyOn(DocumentFiles.prototype, "text");
		const request = SearchRequest.parse({ query: "owls", indexIds: [indexId], parents: true, limit: 20 });
		expect((await search(ctx, request)).length).toBe(20);
		expect(read).toHaveBeenCalledTimes(1);
	}, 20_000);
});
