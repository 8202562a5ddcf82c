/** Documents behind passwords, through the Worker. */
import { env } from "cloudflare:workers";
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, test, vi } from "vitest";
import { protectedDocx } from "#rag/documents/docx/protected-docx.fixture";
import { docxOf, paragraph } from "#rag/documents/documents.fixture";
import type { RagDocument } from "#rag/schema";
import { homeOf } from "#run/run-id";
import { allEvents } from "../../test/support/sse-events.ts";
import {
	documentOf,
	expectJson,
	expectProblem,
	listedAs,
	newIndex,
	searchFor,
	somebody,
	upload,
	uploaded,
} from "./testing.ts";

const password = "pässword of the vault";
const needsPassword = '"vault.docx" is protected: it can be read only with its password.';
const wrongPassword = '"vault.docx" is protected by another password.';

/** Bytes of its own for each test: the same bytes are one document. */
function newVault(): { bytes: Uint8Array<ArrayBuffer>; secret: string } {
	const secret = `The code of the vault is ${crypto.randomUUID()}.`;
	return { bytes: new Uint8Array(protectedDocx(docxOf(paragraph(secret)), password)), secret };
}

const samplePdf = import.meta.glob("../../../shared/data/documents/pdf/encrypted-needs-password.pdf", {
	query: "?url&inline",
	import: "default",
});
const [openPdf] = Object.values(samplePdf);
if (!openPdf) console.warn("The sample documents are not there (../shared/data/documents); a test is skipped.");

afterEach(() => vi.restoreAllMocks());

async function newVaultIndex() {
	const { id: userId, caller } = somebody();
	const { id: indexId } = await newIndex(caller);
	const send = async (bytes: Uint8Array<ArrayBuffer>, more: { password?: string; key?: string } = {}) => {
		const { documents } = await uploaded(await upload(userId, indexId, { "vault.docx": bytes }, more));
		return documents[0]!;
	};
	return { userId, caller, indexId, send };
}

describe("a protected document", () => {
	test("says that it needs its password, or another one, and is read when it comes again with it", async () => {
		const { caller, indexId, send } = await newVaultIndex();
		const { bytes, secret } = newVault();
		const closed = await send(bytes);
		expect(closed).toMatchObject({ status: "failed", error: { code: "invalid_input", message: needsPassword } });
		const wrong = await send(bytes, { password: "guessed" });
		expect(wrong).toMatchObject({ id: closed.id, status: "failed", error: { message: wrongPassword } });
		const open = await send(bytes, { password });
		expect(open).toMatchObject({ id: closed.id, status: "ready", type: "docx" });
		expect(new Set([closed, wrong, open].map(({ executionId }) => executionId)).size).toBe(3);
		const [found] = await searchFor(caller, "code of the vault", { indexIds: [indexId] });
		expect(found!.text).toBe(secret);
		// What is ready stays so, whatever comes with its bytes.
		expect(await send(bytes, { password: "guessed" })).toEqual(open);
	});

	test("is processed once more only with its password, and meanwhile found as it was", async () => {
		const { caller, indexId, send } = await newVaultIndex();
		const { bytes, secret } = newVault();
		const { id } = await send(bytes, { password });
		const reindex = async (body?: object) =>
			await expectJson<RagDocument>(
				await caller.post(`/api/v1/documents/${id}/reindex`, body, { prefer: "wait=20" }),
				200,
			);
		expect(await reindex()).toMatchObject({ status: "failed", error: { message: needsPassword } });
		expect(await reindex({ password: "guessed" })).toMatchObject({
			status: "failed",
			error: { message: wrongPassword },
		});
		expect(await searchFor(caller, secret, { indexIds: [indexId] })).toHaveLength(1);
		expect(await reindex({ password })).toMatchObject({ status: "ready" });
	});

	test("comes from an address with its password", async () => {
		const { caller, indexId } = await newVaultIndex();
		const { bytes } = newVault();
		const real = globalThis.fetch;
		vi.spyOn(globalThis, "fetch").mockImplementation(async (...asked) =>
			String(asked[0]).startsWith("http://127.0.0.1:9/") ? new Response(bytes) : await real(...asked),
		);
		const body = { indexId, url: "http://127.0.0.1:9/vault.docx", password };
		const answer = await caller.post("/api/v1/documents", body, { prefer: "wait=20" });
		expect(await expectJson<RagDocument>(answer, 200)).toMatchObject({ status: "ready", originalName: "vault.docx" });
	});

	test("is read also where its object has left memory", async () => {
		const { userId, caller, indexId } = await newVaultIndex();
		const { bytes } = newVault();
		const accepted = await upload(userId, indexId, { "vault.docx": bytes }, { password, prefer: "wait=0" });
		const { documents } = await expectJson<{ documents: RagDocument[] }>(accepted, 202);
		const { id, executionId } = documents[0]!;
		await evictDurableObject(env.INGESTIONS.getByName(homeOf(executionId)));
		await listedAs(caller, id, "ready");
	});

	test.skipIf(!openPdf)("is a PDF as well", async () => {
		const { userId, caller, indexId } = await newVaultIndex();
		const url = await openPdf!();
		const bytes = new Uint8Array(Buffer.from(url.slice(url.indexOf(",") + 1), "base64"));
		const send = async (more: { password?: string }) =>
			(await uploaded(await upload(userId, indexId, { "a.pdf": bytes }, more))).documents[0]!;
		const reasons = [(await send({})).error!.message, (await send({ password: "guessed" })).error!.message];
		expect(reasons).toEqual([
			'"a.pdf" is protected: it can be read only with its password.',
			'"a.pdf" is protected by another password.',
		]);
		expect(await send({ password: "openpassword" })).toMatchObject({ status: "ready", type: "pdf" });
		expect(await searchFor(caller, "lorem ipsum dolor", { indexIds: [indexId] })).not.toEqual([]);
	});
});

describe("safety: a password", () => {
	test("is stored sealed for its processing, and shown and traced nowhere", async () => {
		const sent: string[] = [];
		vi.spyOn(env.TELEMETRY, "send").mockImplementation(async (batch) => {
			sent.push(JSON.stringify(batch));
			return {} as Awaited<ReturnType<typeof env.TELEMETRY.send>>;
		});
		const logged = (["log", "warn", "error"] as const).map((level) => vi.spyOn(console, level));
		const { caller, send } = await newVaultIndex();
		const { bytes } = newVault();
		await send(bytes, { password: "guessed at random" });
		const open = await send(bytes, { password, key: crypto.randomUUID() });
		const execution = `/api/v1/documents/executions/${open.executionId}`;
		const shown = [
			open,
			await documentOf(caller, open.id),
			await (await caller.get(execution)).json(),
			await allEvents(await caller.get(`${execution}/stream`)),
			...logged.flatMap(({ mock }) => mock.calls),
		];
		const home = env.INGESTIONS.getByName(homeOf(open.executionId)) as unknown as DurableObjectStub<never>;
		const stored = await runInDurableObject(home, (_, { storage: { sql } }) =>
			[...sql.exec("SELECT * FROM runs"), ...sql.exec("SELECT * FROM run_events")].map((row) => JSON.stringify(row)),
		);
		expect(stored.filter((row) => row.includes("sealedPassword"))).toHaveLength(2);
		const { results } = await env.DB.prepare("SELECT * FROM rag_documents WHERE id = ?").bind(open.id).all();
		await vi.waitFor(() => expect(sent.join()).toContain("parse_document"), 5_000);
		for (const text of [JSON.stringify(shown), stored.join(), JSON.stringify(results), sent.join()]) {
			for (const word of [password, "guessed at random"]) expect(text).not.toContain(word);
		}
		expect(JSON.stringify(shown)).not.toContain("sealedPassword");
	});

	test("of no or too many characters is refused, and not repeated", async () => {
		const { userId, caller, indexId } = await newVaultIndex();
		const tooLong = "p".repeat(256);
		const refused = [
			await expectProblem(
				await upload(userId, indexId, { "a.txt": "A." }, { password: tooLong }),
				422,
				"invalid_input",
			),
		];
		for (const password of ["", tooLong, 7]) {
			const body = { indexId, url: "https://example.com/a.pdf", password };
			refused.push(await expectProblem(await caller.post("/api/v1/documents", body), 422, "invalid_input"));
		}
		expect(JSON.stringify(refused)).not.toContain("ppp");
	});

	test("is a part of what an Idempotency-Key stands for", async () => {
		const { userId, indexId, send } = await newVaultIndex();
		const { bytes } = newVault();
		const [first, second, third] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];
		const wrong = await send(bytes, { password: "guessed", key: first });
		expect(await send(bytes, { password: "guessed", key: first })).toEqual(wrong);
		const other = await upload(userId, indexId, { "vault.docx": bytes }, { password, key: first });
		await expectProblem(other, 422, "idempotency_key_reused");
		const again = await send(bytes, { password: "guessed twice", key: second });
		expect(again.executionId).not.toBe(wrong.executionId);
		expect((await send(bytes, { password: "guessed twice", key: second })).executionId).toBe(again.executionId);
		const last = await send(bytes, { password: "guessed thrice", key: third });
		// What a key began long ago is not begun anew, and leaves alone what came after.
		const late = await send(bytes, { password: "guessed twice", key: second });
		expect(late).toMatchObject({ id: wrong.id, executionId: last.executionId, status: "failed" });
	});
});
