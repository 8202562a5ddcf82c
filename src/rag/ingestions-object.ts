/**
 * The processing of documents, to those who begin and watch it. What was accepted is processed, also after a crash. Each
 * owner has a few such objects. The chunks of a document are written and removed by one object alone, so that nothing
 * is written after it was removed.
 */
import type { Caller } from "#core/caller";
import { egressFetch } from "#core/egress";
import { egressPolicy } from "#core/egress-policy";
import { AppError, asAppError } from "#core/errors";
import { inSpan } from "#core/in-span";
import { spanQueueSink } from "#core/span-queue";
import { Span } from "#core/telemetry";
import { RunObject } from "#run/run-object";
import { callerOfUpgrade } from "#run/upgrade-request";
import { backfillDocument } from "./backfill-document.ts";
import { buildOf } from "./build-of.ts";
import {
	type Backfill,
	copyPlace,
	findBackfill,
	isStillNext,
	markBackfilled,
	type Place,
	placesOf,
} from "./build-store.ts";
import { chunkIndexOf } from "./chunk-index.ts";
import { ChunkWriter } from "./chunk-writer.ts";
import { DocumentFiles } from "./document-files.ts";
import { DocumentPasswords } from "./document-passwords.ts";
import { DocumentRuns } from "./document-runs.ts";
import { cachedEmbedder } from "./embeddings/cached-embedder.ts";
import { SqliteEmbeddingCache } from "./embeddings/sqlite-embedding-cache.ts";
import { indexPartsOf } from "./index-parts-of.ts";
import { ingestDocument } from "./ingest-document.ts";
import type { IngestionInput, IngestionResult, IngestionRun } from "./ingestion-run.ts";
import { processed } from "./processed.ts";
import { findDocument, findTwin, openDb, projectDocument } from "./store.ts";
import type { DocumentRow } from "./tables.ts";

/** Each has its document in memory. */
const documentsAtOnce = 2;
/** Of one object, of which an owner has a few: what is open is in memory. */
const maxOpen = 2_000;
const cacheBytes = 200 * 1024 * 1024;
/** What breaks without a reason that is told may go better the next time. */
const attemptsOfBroken = 4;
/** What is stopped is soon at its end; who deletes waits no longer. */
const stopMs = 4_000;

export class Ingestions extends RunObject<RagEnv, IngestionRun> {
	readonly #files = new DocumentFiles(this.env.DOCUMENTS);
	readonly #passwords = new DocumentPasswords(this.env.SECRETS_KEY);
	readonly #sink = spanQueueSink("rag", this.env.TELEMETRY, this.ctx);
	readonly #runs = new DocumentRuns(this.ctx.storage.sql);
	/** Of what its owner has embedded. */
	readonly #cache = new SqliteEmbeddingCache(this.ctx.storage.sql, cacheBytes);
	/** By the ids of documents. */
	readonly #working = new Map<string, Promise<unknown>>();

	/** Records it; a second time with the same id changes nothing. What processes the document already, ends. */
	async start(caller: Caller, id: string, input: IngestionInput): Promise<IngestionRun> {
		const { id: documentId, ownerId } = input.document;
		if (this.#runs.isGone(documentId)) throw new AppError("not_found", "The document was deleted.");
		if (!this.log.find(id)) {
			const queued = { type: "run.queued", data: { documentId, by: caller.userId } };
			const alongside = () => this.#runs.begin(documentId, id);
			// Whoever asks for it, it is the owner's.
			const owner = { ...caller, userId: ownerId };
			const options = { refuse: () => this.#fullness(), alongside };
			this.begin({ id, caller: owner, status: "queued", input }, [queued], options);
			this.#endAllOf(documentId, id);
		}
		return this.readable(caller, id);
	}

	/** Ends what processes the document, and removes its chunks. It is never processed again. */
	async forget(document: DocumentRow): Promise<void> {
		const { id } = document;
		this.#runs.end(id);
		this.#endAllOf(id);
		await Promise.race([this.#working.get(id), scheduler.wait(stopMs)]);
		await this.#again(() => this.#remove(document));
	}

	/**
	 * Copies the chunks of a document into the build that will take the place of its index's. Answers whether all are
	 * there: a document that is just being processed is not copied.
	 */
	async backfill(documentId: string, traceparent: string): Promise<boolean> {
		if (this.log.open().some(({ input }) => input.document.id === documentId)) return false;
		const copy = async () => {
			const found = await findBackfill({ db: openDb(this.env.DB) }, documentId);
			if (!found || this.#runs.isGone(documentId)) return false;
			const { index, document } = found;
			const attributes = { "agentic_edge.document.id": documentId, "agentic_edge.index.id": index.id };
			const options = { traceparent, userId: document.ownerId, attributes };
			const span = new Span(this.#sink, "backfill_document", options);
			return await inSpan(span, () => this.#backfill(found, span));
		};
		return await this.#alone(documentId, async () => await this.#again(copy));
	}

	override async fetch(request: Request): Promise<Response> {
		return this.acceptRunSocket(callerOfUpgrade(request), request);
	}

	protected override get retentionDays(): number {
		return Number(this.env.RUN_RETENTION_DAYS);
	}

	protected override get maxAttempts(): number {
		return 10;
	}

	protected override undone(): void {
		this.#runs.forget();
		this.#cache.forget();
	}

	protected override startable(): IngestionRun[] {
		const open = this.log.open();
		const running = open.filter(({ status }) => status === "running").length;
		return open.filter(({ status }) => status === "queued").slice(0, Math.max(documentsAtOnce - running, 0));
	}

	protected override async execute(run: IngestionRun, signal: AbortSignal): Promise<void> {
		const { id } = run.input.document;
		try {
			const result = await this.#alone(id, () => this.#ingest(run, signal));
			this.record(run.id, [{ type: "run.completed", data: { ...result } }], { status: "completed", result });
		} finally {
			// It was deleted while something of it was being written.
			if (this.#runs.isGone(id)) await this.#files.delete(id);
		}
	}

	/** Each by itself: what is wrong with one holds up no other. */
	protected override async project(runs: IngestionRun[]): Promise<void> {
		const scope = { db: openDb(this.env.DB) };
		const newest = runs.filter(({ id, input }) => this.#runs.isNewest(input.document.id, id));
		const shown = newest.map((run) => projectDocument(scope, { ...run.input.document, ...processed(run) }));
		const failed = (await Promise.allSettled(shown)).find((one) => one.status === "rejected");
		if (failed) throw failed.reason;
	}

	async #ingest(run: IngestionRun, signal: AbortSignal): Promise<IngestionResult> {
		const { input, caller } = run;
		const { id, indexId } = input.document;
		const { traceparent, userId } = caller;
		const attributes = { "agentic_edge.document.id": id, "agentic_edge.index.id": indexId };
		const span = new Span(this.#sink, "ingest_document", { traceparent, userId, attributes });
		const db = openDb(this.env.DB);
		const ingest = async (isLastAttempt: boolean) => {
			const place = await this.#placeOf(id);
			const result = await ingestDocument({
				...{ input, signal, isLastAttempt, span, files: this.#files, runId: run.id },
				password: await this.#passwordOf(run),
				writer: await this.#writer(place),
				fetch: egressFetch(egressPolicy(this.env.EGRESS_ALLOW)),
				record: (events) => this.record(run.id, events),
				twinOf: (contentHash) => findTwin({ db }, { id, indexId, contentHash }),
				current: () => this.#current(input.document),
			});
			const { build, shard } = await this.#placeOf(id);
			if (build.id !== place.build.id || shard !== place.shard) throw new Error("The index was rebuilt meanwhile.");
			return result;
		};
		return await inSpan(span, async () => await this.#again(ingest, signal));
	}

	async #passwordOf({ id, input }: IngestionRun): Promise<string | undefined> {
		const { sealedPassword } = input;
		return sealedPassword === undefined ? undefined : await this.#passwords.opened(id, sealedPassword);
	}

	/** As its owner has it now. */
	async #current(document: DocumentRow): Promise<Pick<DocumentRow, "title" | "metadata">> {
		return (await findDocument({ db: openDb(this.env.DB) }, document.id)) ?? document;
	}

	/** Objects are reset, and connections lost; what was told is not asked again. */
	async #again<T>(work: (isLast: boolean) => Promise<T>, signal?: AbortSignal): Promise<T> {
		for (let attempt = 1; ; attempt++) {
			const isLast = attempt === attemptsOfBroken;
			try {
				return await work(isLast);
			} catch (error) {
				if (signal?.aborted || asAppError(error) || isLast) throw error;
				await scheduler.wait(200 * 2 ** attempt);
			}
		}
	}

	/** Where the document is searched, as its rows say it now: its index may have been rebuilt. */
	async #placeOf(documentId: string): Promise<Place> {
		const [place] = await placesOf({ db: openDb(this.env.DB) }, documentId);
		if (place) return place;
		throw new AppError("not_found", "The document was deleted.");
	}

	async #writer({ build, shard }: Place): Promise<ChunkWriter> {
		const parts = indexPartsOf(this.env);
		const embedder = await parts.embedderOf(build);
		return new ChunkWriter({
			index: chunkIndexOf(this.env.VECTOR_INDEX, build.id, shard),
			embedder: embedder && cachedEmbedder(embedder, this.#cache),
			store: await parts.storeOf(build),
		});
	}

	async #backfill(found: Backfill, span: Span): Promise<boolean> {
		const { document, index, next } = found;
		const place = copyPlace(document.id, next);
		const from = chunkIndexOf(this.env.VECTOR_INDEX, buildOf(index).id, document.shard);
		const writer = await this.#writer(place);
		const db = openDb(this.env.DB);
		const isWanted = async () => !this.#runs.isGone(document.id) && (await isStillNext({ db }, next.id));
		const isAll = await backfillDocument({ document, from, writer, span, isWanted });
		return isAll && (await markBackfilled({ db }, found, place.shard));
	}

	async #remove(document: DocumentRow): Promise<void> {
		const { id, indexId, shard } = document;
		const places = await placesOf({ db: openDb(this.env.DB) }, id);
		const [searched] = places;
		// Its copy may be searched already, though its row does not say so.
		const copied = searched && copyPlace(id, searched.build);
		if (copied && copied.shard !== searched.shard) places.push(copied);
		for (const place of places) await (await this.#writer(place)).remove(id);
		if (searched) return;
		// The index was deleted, and with it what others kept of it.
		await new ChunkWriter({ index: chunkIndexOf(this.env.VECTOR_INDEX, indexId, shard) }).remove(id);
	}

	/** What is written of a document is written by one alone. */
	async #alone<T>(documentId: string, work: () => Promise<T>): Promise<T> {
		const before = this.#working.get(documentId);
		const working = Promise.resolve(before).then(work);
		const settled = working.catch(() => {});
		this.#working.set(documentId, settled);
		try {
			return await working;
		} finally {
			if (this.#working.get(documentId) === settled) this.#working.delete(documentId);
		}
	}

	#endAllOf(documentId: string, but?: string): void {
		for (const { id, caller, input } of this.log.open()) {
			if (input.document.id === documentId && id !== but) this.ctx.waitUntil(this.cancel(caller, id));
		}
	}

	#fullness(): AppError | undefined {
		if (this.log.load().runs < maxOpen) return undefined;
		return new AppError("limit_exceeded", "Too many of your documents are waiting to be processed.");
	}
}
