/**
 * The processing of documents, to those who begin and watch it. What was accepted is processed, also after a crash. Each
 * owner has a few such objects. The chunks of a document are written and removed by one object alone, so that nothing
 * is written after it was removed.
 */
import type { Caller } from "#core/caller";
import { egressFetch } from "#core/egress";
import { egressPolicy } from "#core/egress-policy";
import { AppError, asAppError } from "#core/errors";
import { spanQueueSink } from "#core/span-queue";
import { Span } from "#core/telemetry";
import { RunObject } from "#run/run-object";
import { callerOfUpgrade } from "#run/upgrade-request";
import { type ChunkIndex, chunkIndexOf } from "./chunk-index.ts";
import { ChunkWriter } from "./chunk-writer.ts";
import { DocumentFiles } from "./document-files.ts";
import { cachedEmbedder } from "./embeddings/cached-embedder.ts";
import { SqliteEmbeddingCache } from "./embeddings/sqlite-embedding-cache.ts";
import { indexPartsOf } from "./index-parts-of.ts";
import { ingestDocument } from "./ingest-document.ts";
import type { IngestionInput, IngestionRun } from "./ingestion-run.ts";
import { processed } from "./processed.ts";
import { findIndex, findTwin, openDb, projectDocument } from "./store.ts";

/** Each has its document in memory. */
const documentsAtOnce = 2;
/** Of one object, of which an owner has a few: what is open is in memory. */
const maxOpen = 2_000;
const cacheBytes = 200 * 1024 * 1024;

export class Ingestions extends RunObject<RagEnv, IngestionRun> {
	readonly #files = new DocumentFiles(this.env.DOCUMENTS);
	readonly #sink = spanQueueSink("rag", this.env.TELEMETRY, this.ctx);
	/** Of what its owner has embedded. */
	readonly #cache = new SqliteEmbeddingCache(this.ctx.storage.sql, cacheBytes);
	/** What is sent to one of them arrives in that order. */
	readonly #indexes = new Map<string, ChunkIndex>();

	/** Records it; a second time with the same id changes nothing. What processes the document already, ends. */
	async start(caller: Caller, id: string, input: IngestionInput): Promise<IngestionRun> {
		if (!this.log.find(id)) {
			this.#endAllOf(input.document.id);
			const queued = { type: "run.queued", data: { documentId: input.document.id } };
			this.begin({ id, caller, status: "queued", input }, [queued], { refuse: () => this.#fullness() });
		}
		return this.readable(caller, id);
	}

	/** Ends what processes the document, and removes its chunks. */
	async forget(documentId: string, indexId: string, shard: string): Promise<void> {
		this.#endAllOf(documentId);
		await (await this.#writer(indexId, shard)).remove(documentId);
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

	protected override startable(): IngestionRun[] {
		const open = this.log.open();
		const running = open.filter(({ status }) => status === "running").length;
		return open.filter(({ status }) => status === "queued").slice(0, Math.max(documentsAtOnce - running, 0));
	}

	protected override async execute(run: IngestionRun, signal: AbortSignal): Promise<void> {
		const { input, caller } = run;
		const { id, indexId, shard } = input.document;
		const { traceparent, userId } = caller;
		const attributes = { "agentic_edge.document.id": id, "agentic_edge.index.id": indexId };
		const span = new Span(this.#sink, "ingest_document", { traceparent, userId, attributes });
		try {
			const result = await ingestDocument({
				...{ input, signal, span, files: this.#files },
				writer: await this.#writer(indexId, shard),
				fetch: egressFetch(egressPolicy(this.env.EGRESS_ALLOW)),
				record: (events) => this.record(run.id, events),
				twinOf: (contentHash) => findTwin({ db: openDb(this.env.DB) }, { id, indexId, contentHash }),
			});
			this.record(run.id, [{ type: "run.completed", data: { ...result } }], { status: "completed", result });
		} catch (error) {
			span.fail(asAppError(error)?.code ?? "internal_error");
			throw error;
		} finally {
			span.end();
		}
	}

	protected override async project(runs: IngestionRun[]): Promise<void> {
		const scope = { db: openDb(this.env.DB) };
		for (const run of runs) await projectDocument(scope, { ...run.input.document, ...processed(run) });
	}

	async #writer(indexId: string, shard: string): Promise<ChunkWriter> {
		const index = this.#index(indexId, shard);
		const row = await findIndex({ db: openDb(this.env.DB) }, indexId);
		// It was deleted, and with it what others kept of it.
		if (!row) return new ChunkWriter({ index });
		const parts = indexPartsOf(this.env);
		const embedder = await parts.embedderOf(row);
		return new ChunkWriter({
			index,
			embedder: embedder && cachedEmbedder(embedder, this.#cache),
			store: await parts.storeOf(row),
		});
	}

	#index(indexId: string, shard: string): ChunkIndex {
		const name = `${indexId}/${shard}`;
		const known = this.#indexes.get(name) ?? chunkIndexOf(this.env.VECTOR_INDEX, indexId, shard);
		this.#indexes.set(name, known);
		return known;
	}

	#endAllOf(documentId: string): void {
		for (const { id, caller, input } of this.log.open()) {
			if (input.document.id === documentId) this.ctx.waitUntil(this.cancel(caller, id));
		}
	}

	#fullness(): AppError | undefined {
		if (this.log.load().runs < maxOpen) return undefined;
		return new AppError("limit_exceeded", "Too many of your documents are waiting to be processed.");
	}
}
