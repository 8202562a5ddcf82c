/** Rebuilding an index over HTTP. */
import { expect, test } from "vitest";
import type { IndexRebuild, RagIndex } from "#rag/schema";
import { expectJson, expectProblem, newDocument, newIndex, somebody } from "./testing.ts";

test("an index is rebuilt, shown, streamed, and cannot be cancelled any more", async () => {
	const { caller } = somebody();
	const { id } = await newIndex(caller);
	await newDocument(caller, id, "Owls hunt mice at night.");
	const body = { embeddingModel: "local/lsa-384" };
	const answer = await caller.post(`/api/v1/indexes/${id}/rebuild`, body, { prefer: "wait=20" });
	const path = answer.headers.get("location")!;
	const rebuilt = await expectJson<IndexRebuild>(answer, 200);
	expect(path).toBe(`/api/v1/indexes/rebuilds/${rebuilt.rebuildId}`);
	expect(rebuilt).toMatchObject({ indexId: id, status: "completed", documents: 1, vectorStore: "builtin" });
	expect(JSON.stringify(rebuilt)).not.toContain("sealed");

	expect(await expectJson(await caller.get(path), 200)).toEqual(rebuilt);
	const events = await (await caller.get(`${path}/stream`)).text();
	const types = [...events.matchAll(/^event: (.+)$/gm)].map(([, type]) => type);
	expect(types).toEqual(["run.queued", "run.started", "index.backfilled", "run.completed"]);
	expect(events).toContain('"done":1,"total":1');
	const cancelled = await expectJson<IndexRebuild>(await caller.post(`${path}/cancel`, {}), 200);
	expect(cancelled.status).toBe("completed");
	expect(await expectJson<RagIndex>(await caller.get(`/api/v1/indexes/${id}`), 200)).not.toHaveProperty("rebuildId");
	const other = somebody().caller;
	await expectProblem(await other.get(path), 404, "not_found");
	await expectProblem(await other.post(`${path}/cancel`, {}), 404, "not_found");
});

test("bad input is told, and changes nothing", async () => {
	const { caller } = somebody();
	const { id } = await newIndex(caller);
	const rebuild = (body: object) => caller.post(`/api/v1/indexes/${id}/rebuild`, body);
	await expectProblem(await rebuild({}), 422, "invalid_input");
	await expectProblem(await rebuild({ embeddingModel: "nobody/knows" }), 422, "invalid_input");
	await expectProblem(
		await rebuild({ embeddingModel: "openai/text-embedding-3-small" }),
		422,
		"provider_not_configured",
	);
	const elsewhere = { type: "chroma", url: "http://127.0.0.1:1" };
	await expectProblem(await rebuild({ embeddingModel: "local/lsa-384", vectorStore: elsewhere }), 422, "invalid_input");
	const { rebuildId, embeddingModel } = await expectJson<RagIndex>(await caller.get(`/api/v1/indexes/${id}`), 200);
	expect({ rebuildId, embeddingModel }).toEqual({ rebuildId: undefined, embeddingModel: "local/lsa-384" });
});
