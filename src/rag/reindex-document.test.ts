/** Documents that are processed once more. */
import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, test, vi } from "vitest";
import { newId } from "#core/ids";
import { homeOf } from "#run/run-id";
import { addDocument } from "./add-document.ts";
import { reindexDocument } from "./reindex-document.ts";
import { getDocument } from "./store.ts";
import { updateIndex } from "./update-index.ts";
import { contextOf, withStart, newIndexOf, readyDocument, becomes, bytesOf, settle, heldTexts } from "./rag.fixture.ts";

afterEach(() => vi.restoreAllMocks());

describe("a document that is processed once more", () => {
	test("shows how that ended, however soon it does", async () => {
		const ctx = contextOf(newId("usr"));
		const { id } = await readyDocument(ctx, await newIndexOf(ctx), "A note.");
		// Between the call of the object and the update of the row lies a moment of any length.
		await reindexDocument(withStart(ctx, { after: (executionId) => settle(ctx, executionId) }), id);
		await becomes(ctx, id, "ready");
	}, 20_000);

	test("shows how that ended, also where the Worker died on the way", async () => {
		const ctx = contextOf(newId("usr"));
		const indexId = await newIndexOf(ctx);
		const { id, chunkCount } = await readyDocument(ctx, indexId, "Owls hunt mice at night in the barn. ".repeat(60));
		await updateIndex(ctx, indexId, { chunking: { strategy: "tokens", size: 16, overlap: 0 } });
		const dying = withStart(ctx, { after: async () => Promise.reject(new Error("killed")) });
		await expect(reindexDocument(dying, id)).rejects.toThrow("killed");
		await vi.waitFor(async () => {
			expect((await getDocument(ctx, id)).chunkCount).toBeGreaterThan(chunkCount);
		}, 5_000);
	}, 20_000);

	test("twice at once is ready in the end", async () => {
		const ctx = contextOf(newId("usr"));
		const { id } = await readyDocument(ctx, await newIndexOf(ctx), "A note.");
		// The first is slow to come back from the object, and the second overtakes it.
		await reindexDocument(
			withStart(ctx, {
				async after() {
					const { executionId } = await reindexDocument(ctx, id);
					await settle(ctx, executionId);
				},
			}),
			id,
		);
		await becomes(ctx, id, "ready");
	}, 20_000);
});

test("a request to process a document once more that is refused leaves alone what processes it", async () => {
	const ctx = contextOf(newId("usr"));
	const { arrived, go } = heldTexts();
	const { id, executionId } = await addDocument(ctx, {
		...{ indexId: await newIndexOf(ctx), name: "note.txt", metadata: {}, bytes: bytesOf("A note.") },
	});
	await arrived.promise;
	const home = env.INGESTIONS.getByName(homeOf(executionId)) as unknown as DurableObjectStub<never>;
	await runInDurableObject(home, (instance) => {
		const { log } = instance as unknown as { log: { load(): { runs: number; characters: number } } };
		log.load = () => ({ runs: 5_000, characters: 0 });
	});
	await expect(reindexDocument(ctx, id)).rejects.toMatchObject({ code: "limit_exceeded" });
	go.resolve();
	await becomes(ctx, id, "ready");
}, 20_000);
