/** Uploads and their processing, through the Worker. */
import { exports } from "cloudflare:workers";
import { afterEach, describe, expect, test, vi } from "vitest";
import { LearningIndex } from "#rag/learning-index-object";
import type { IndexedChunk } from "#rag/vector-index/chunk";
import type { Ingestion, RagDocument } from "#rag/schema";
import { asCaller } from "../../test/support/as-caller.ts";
import {
	documentOf,
	expectJson,
	expectProblem,
	listedAs,
	newDocument,
	newIndex,
	searchFor,
	upload,
	uploaded,
	longText,
	somebody,
} from "./testing.ts";

afterEach(() => vi.restoreAllMocks());

const admin = asCaller("usr_reviewing_admin", "admin");

async function uploadRaw(
	userId: string,
	path: string,
	body: BodyInit,
	contentType: string,
	key?: string,
): Promise<Response> {
	return await exports.default.fetch(`http://domain${path}`, {
		method: "POST",
		headers: {
			...{ "x-user-id": userId, "x-user-role": "user", "x-request-id": "req_test", prefer: "wait=20" },
			"content-type": contentType,
			...(key !== undefined && { "idempotency-key": key }),
		},
		body,
	});
}

describe("who may see and stop the processing of a document", () => {
	test("the owner of a document follows and cancels its processing, also when an admin began it", async () => {
		const { caller } = somebody();
		const { id: indexId } = await newIndex(caller);
		const { id } = await newDocument(caller, indexId, "A note of the owner's.");
		await expectJson(await admin.post(`/api/v1/documents/${id}/reindex`, undefined), 202);
		const { executionId } = await documentOf(caller, id);
		const path = `/api/v1/documents/executions/${executionId}`;
		expect(await expectJson<Ingestion>(await caller.get(path), 200)).toMatchObject({ documentId: id });
		await expectJson(await caller.post(`${path}/cancel`, undefined), 200);
	});

	test("the owner may send bytes that an admin's upload is just processing, and waits for it", async () => {
		const { caller } = somebody();
		const { id: indexId } = await newIndex(caller);
		const text = longText(600);
		const first = await expectJson<RagDocument>(await admin.post("/api/v1/documents", { indexId, text }), 202);
		expect((await newDocument(caller, indexId, text)).id).toBe(first.id);
	});
});

describe("two documents from addresses with the same bytes", () => {
	test("are settled, and hold up no other document", async () => {
		const { caller } = somebody();
		const { id: indexId } = await newIndex(caller);
		// All of them in one object.
		vi.spyOn(Math, "random").mockReturnValue(0);
		const arrived: (() => void)[] = [];
		const real = globalThis.fetch;
		vi.spyOn(globalThis, "fetch").mockImplementation(async (...asked) => {
			if (!String(asked[0]).startsWith("http://127.0.0.1:9/")) return await real(...asked);
			await new Promise<void>((resolve) => {
				arrived.push(resolve);
				if (arrived.length === 2) for (const go of arrived) go();
			});
			return new Response(longText(100), { headers: { "content-type": "text/plain" } });
		});
		const add = async (name: string) =>
			await expectJson<RagDocument>(
				await caller.post("/api/v1/documents", { indexId, url: `http://127.0.0.1:9/${name}.txt` }),
				202,
			);
		const twins = [await add("one"), await add("two")];
		await vi.waitFor(() => expect(arrived).toHaveLength(2), 5_000);
		const other = await caller.post("/api/v1/documents", { indexId, text: "Another one." }, { prefer: "wait=20" });
		const { id } = await expectJson<RagDocument>(other, 200);
		const statuses = async () =>
			await Promise.all(
				[...twins.map((twin) => twin.id), id].map(async (one) => {
					const answer = await caller.get(`/api/v1/documents/${one}`);
					return answer.status === 404 ? "gone" : (await answer.json<RagDocument>()).status;
				}),
			);
		await vi.waitFor(async () => {
			const [one, two, last] = await statuses();
			expect(last).toBe("ready");
			expect([one, two]).toContain("ready");
			expect([one, two]).not.toContain("processing");
		}, 8_000);
	}, 30_000);
});

describe("uploads", () => {
	test("a JSON document as it is, under its own content type, is taken or refused, and breaks nothing", async () => {
		const { id: userId, caller } = somebody();
		const { id: indexId } = await newIndex(caller);
		const path = `/api/v1/documents/upload?indexId=${indexId}&name=a.json`;
		const answer = await uploadRaw(userId, path, '{"title": "A note", "text": "Owls hunt."}', "application/json");
		expect([200, 415], await answer.clone().text()).toContain(answer.status);
	});

	test("the type of a form is one in capitals, too", async () => {
		const { id: userId, caller } = somebody();
		const { id: indexId } = await newIndex(caller);
		const form = new FormData();
		form.set("indexId", indexId);
		form.append("files", new File(["A note."], "note.txt"));
		const plain = new Response(form);
		const type = plain.headers.get("content-type")!.replace("multipart/form-data", "Multipart/Form-Data");
		const answer = await uploadRaw(userId, "/api/v1/documents/upload", await plain.arrayBuffer(), type);
		expect((await uploaded(answer)).documents).toMatchObject([{ originalName: "note.txt" }]);
	});

	test("safety: a name has no folders and no NUL, also of a document in JSON", async () => {
		const { caller } = somebody();
		const { id: indexId } = await newIndex(caller);
		const body = { indexId, text: "A note.", name: "../../etc/pass\u0000wd" };
		const answer = await caller.post("/api/v1/documents", body);
		if (answer.status === 422 || answer.status === 415) return;
		expect((await expectJson<RagDocument>(answer, 202)).originalName).not.toMatch(/\.\.|\/|\0/);
	});

	test("an Idempotency-Key stands for one body, and for one processing", async () => {
		const { caller } = somebody();
		const { id: indexId } = await newIndex(caller);
		const key = { "idempotency-key": crypto.randomUUID() };
		const body = { indexId, text: "Once.", name: "once.txt" };
		const first = await expectJson<RagDocument>(await caller.post("/api/v1/documents", body, key), 202);
		await expectProblem(
			await caller.post("/api/v1/documents", { ...body, text: "Twice." }, key),
			422,
			"idempotency_key_reused",
		);
		await listedAs(caller, first.id, "ready");
		const again = { "idempotency-key": crypto.randomUUID() };
		const path = `/api/v1/documents/${first.id}/reindex`;
		const runs = [await caller.post(path, undefined, again), await caller.post(path, undefined, again)];
		const [one, two] = await Promise.all(runs.map(async (run) => await expectJson<RagDocument>(run, 202)));
		expect(two!.executionId).toBe(one!.executionId);
	});
});

describe("an Idempotency-Key of an upload", () => {
	const twoNotes = { "one.txt": "A note on owls.", "two.txt": "A note on trains.", "empty.txt": "" };
	/** The longest that may be sent. */
	const newKey = () => crypto.randomUUID().padEnd(255, "k");

	test("stands for all files of a form, and the same form again for the same documents", async () => {
		const { id: userId, caller } = somebody();
		const { id: indexId } = await newIndex(caller);
		const key = newKey();
		const first = await uploaded(await upload(userId, indexId, twoNotes, { key }));
		expect(first.documents.map(({ originalName }) => originalName)).toEqual(["one.txt", "two.txt"]);
		expect(first.failed).toMatchObject([{ name: "empty.txt", code: "invalid_input" }]);
		expect(await uploaded(await upload(userId, indexId, twoNotes, { key }))).toEqual(first);
	});

	test("is refused as a whole with other files, another order, other metadata, or of another request", async () => {
		const { id: userId, caller } = somebody();
		const { id: indexId } = await newIndex(caller);
		const key = newKey();
		await uploaded(await upload(userId, indexId, twoNotes, { key }));
		const { "one.txt": one, ...others } = twoNotes;
		const changed: [files: Record<string, string>, more?: object][] = [
			[{ "one.txt": one }],
			[{ ...twoNotes, "three.txt": "A third note." }],
			[{ ...twoNotes, "two.txt": "Another note." }],
			[{ ...others, "one.txt": one }],
			[twoNotes, { metadata: { year: 2026 } }],
		];
		for (const [files, more] of changed) {
			await expectProblem(await upload(userId, indexId, files, { key, ...more }), 422, "idempotency_key_reused");
		}
		const note = await caller.post(
			"/api/v1/documents",
			{ indexId, text: one, name: "one.txt" },
			{ "idempotency-key": key },
		);
		await expectProblem(note, 422, "idempotency_key_reused");
		const { documents } = await expectJson<{ documents: RagDocument[] }>(
			await caller.get(`/api/v1/documents?indexId=${indexId}`),
			200,
		);
		expect(documents).toHaveLength(2);
	});

	test("is not used up by an index that is not there", async () => {
		const { id: userId, caller } = somebody();
		const key = newKey();
		await expectProblem(await upload(userId, "idx_none", twoNotes, { key }), 404, "not_found");
		const { id: indexId } = await newIndex(caller);
		expect((await uploaded(await upload(userId, indexId, twoNotes, { key }))).documents).toHaveLength(2);
	});

	test("stands for bytes that come as they are, too", async () => {
		const { id: userId, caller } = somebody();
		const { id: indexId } = await newIndex(caller);
		const key = newKey();
		const path = `/api/v1/documents/upload?indexId=${indexId}&name=note.txt`;
		const first = await uploaded(await uploadRaw(userId, path, "A note.", "text/plain", key));
		expect(await uploaded(await uploadRaw(userId, path, "A note.", "text/plain", key))).toEqual(first);
		const other = await uploadRaw(userId, path, "Another note.", "text/plain", key);
		await expectProblem(other, 422, "idempotency_key_reused");
	});
});

describe("changes of what is being processed", () => {
	test("metadata changed while a document is processed is what searches filter by", async () => {
		const { caller } = somebody();
		const { id: indexId } = await newIndex(caller);
		const body = { indexId, text: longText(1_500), name: "n.txt", metadata: { team: "old" } };
		const { id } = await expectJson<RagDocument>(await caller.post("/api/v1/documents", body), 202);
		await expectJson(await caller.send("PATCH", `/api/v1/documents/${id}`, { metadata: { team: "new" } }), 200);
		expect(await listedAs(caller, id, "ready")).toMatchObject({ metadata: { team: "new" } });
		const found = async (team: string) =>
			(
				await searchFor(caller, "harbour", {
					...{ indexIds: [indexId], mode: "keyword", limit: 100 },
					filter: { field: "team", eq: team },
				})
			).length;
		expect({ old: await found("old"), new: await found("new") }).toEqual({ old: 0, new: 100 });
	}, 30_000);

	test("until it is processed once more, and where that is cancelled, a document is found as it was", async () => {
		const { caller } = somebody();
		const { id: indexId } = await newIndex(caller, { chunking: { size: 512, overlap: 0 } });
		const text = `${longText(80)}\n\nThe last word of all is zyzzyva.`;
		const { id } = await newDocument(caller, indexId, text);
		const finds = async () =>
			await searchFor(caller, "zyzzyva", { indexIds: [indexId], mode: "keyword" }).then((found) => found.length);
		expect(await finds()).toBe(1);
		await expectJson(
			await caller.send("PATCH", `/api/v1/indexes/${indexId}`, { chunking: { size: 16, overlap: 0 } }),
			200,
		);
		const [first, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
		let writes = 0;
		const write = LearningIndex.prototype.write;
		vi.spyOn(LearningIndex.prototype, "write").mockImplementation(async function (
			this: LearningIndex,
			chunks: IndexedChunk[],
		) {
			if (++writes === 2) {
				first.resolve();
				await go.promise;
			}
			return await write.call(this, chunks);
		});
		const { executionId } = await expectJson<RagDocument>(
			await caller.post(`/api/v1/documents/${id}/reindex`, undefined),
			202,
		);
		await Promise.race([first.promise, scheduler.wait(3_000)]);
		const during = await finds();
		await caller.post(`/api/v1/documents/executions/${executionId}/cancel`, undefined);
		go.resolve();
		await vi.waitFor(async () => expect((await documentOf(caller, id)).status).not.toBe("processing"), 5_000);
		expect({ during, after: await finds() }).toEqual({ during: 1, after: 1 });
	}, 30_000);
});
