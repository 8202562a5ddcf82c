/**
 * The rebuilding of an index: a second build is filled with all documents while the first is searched, and takes its
 * place when it has all of them. What was accepted goes on, also after a crash.
 */
import type { Caller } from "#core/caller";
import { AppError, asAppError } from "#core/errors";
import { inSpan } from "#core/in-span";
import { spanQueueSink } from "#core/span-queue";
import { Span } from "#core/telemetry";
import { isTerminal } from "#run/run";
import { homeOf } from "#run/run-id";
import { RunObject } from "#run/run-object";
import { callerOfUpgrade } from "#run/upgrade-request";
import { buildOf } from "./build-of.ts";
import { beginBuild, countBackfilled, documentsToBackfill, dropBuild, switchBuild } from "./build-store.ts";
import { indexPartsOf } from "./index-parts-of.ts";
import { ingestionHome } from "./ingestion-home.ts";
import { alreadyRebuilt, type RebuildInput, type RebuildRun } from "./rebuild-run.ts";
import { findIndex, openDb } from "./store.ts";
import type { Build, DocumentRow, IndexRow } from "./tables.ts";

const documentsAtOnce = 4;
/** Documents that are being processed are waited for. */
const lookAgainMs = 500;
/** What breaks without a reason that is told may go better the next time. */
const brokenInARow = 10;

export class Rebuilds extends RunObject<RagEnv, RebuildRun> {
	readonly #sink = spanQueueSink("rag", this.env.TELEMETRY, this.ctx);
	readonly #db = openDb(this.env.DB);

	/** Records it; a second time with the same id changes nothing. */
	async start(caller: Caller, id: string, input: RebuildInput): Promise<RebuildRun> {
		const { indexId, ownerId, build } = input;
		const queued = { type: "run.queued", data: { indexId, embeddingModel: build.embeddingModel, by: caller.userId } };
		const refuse = () => (this.log.open().length > 0 ? alreadyRebuilt() : undefined);
		// Whoever asks for it, it is the owner's.
		const owner = { ...caller, userId: ownerId };
		this.begin({ id, caller: owner, status: "queued", input }, [queued], { refuse });
		return this.readable(caller, id);
	}

	override async fetch(request: Request): Promise<Response> {
		return this.acceptRunSocket(callerOfUpgrade(request), request);
	}

	protected override get retentionDays(): number {
		return Number(this.env.RUN_RETENTION_DAYS);
	}

	protected override async execute(run: RebuildRun, signal: AbortSignal): Promise<void> {
		const { traceparent, userId } = run.caller;
		const attributes = { "agentic_edge.index.id": run.input.indexId };
		const span = new Span(this.#sink, "rebuild_index", { traceparent, userId, attributes });
		await inSpan(span, () => this.#rebuild(run, span, signal));
		const { total: documents } = await countBackfilled({ db: this.#db }, run.input.indexId);
		if (signal.aborted) return;
		const result = { documents };
		this.record(run.id, [{ type: "run.completed", data: result }], { status: "completed", result });
	}

	/** What was not finished is taken back. */
	protected override async project(runs: RebuildRun[]): Promise<void> {
		const over = runs.filter(({ status }) => isTerminal(status) && status !== "completed");
		for (const { input } of over) await dropBuild({ db: this.#db }, input.build.id);
	}

	/** Until it is in its place. */
	async #rebuild(run: RebuildRun, span: Span, signal: AbortSignal): Promise<void> {
		for (let broken = 0; ; signal.throwIfAborted()) {
			try {
				if (await this.#round(run, span)) return;
				broken = 0;
			} catch (error) {
				if (signal.aborted || asAppError(error) || ++broken === brokenInARow) throw error;
				console.error("a rebuild goes on", run.id, error);
				await scheduler.wait(lookAgainMs);
			}
		}
	}

	/** Answers whether there is nothing left to do. Can be made again. */
	async #round({ id, input: { indexId, build } }: RebuildRun, span: Span): Promise<boolean> {
		const scope = { db: this.#db };
		if (await this.#isSearched(indexId, build)) return true;
		await (await indexPartsOf(this.env).storeOf(build))?.prepare();
		if (!(await beginBuild(scope, { indexId, executionId: id, build }))) throw alreadyRebuilt();
		for (;;) {
			const documents = await documentsToBackfill(scope, indexId, documentsAtOnce);
			const copied = await Promise.all(documents.map((document) => this.#backfill(document, span)));
			// It was ended meanwhile.
			if (isTerminal(this.log.get(id).status)) return false;
			if (copied.includes(true)) {
				this.record(id, [{ type: "index.backfilled", data: { ...(await countBackfilled(scope, indexId)) } }]);
				continue;
			}
			const index = await this.#index(indexId);
			if (documents.length === 0) await switchBuild(scope, index, buildOf(index), build);
			if (await this.#isSearched(indexId, build)) return true;
			await scheduler.wait(lookAgainMs);
		}
	}

	async #backfill({ id, executionId }: DocumentRow, span: Span): Promise<boolean> {
		return await ingestionHome(this.env.INGESTIONS, homeOf(executionId)).backfill(id, span.traceparent);
	}

	async #isSearched(indexId: string, build: Build): Promise<boolean> {
		return buildOf(await this.#index(indexId)).id === build.id;
	}

	async #index(indexId: string): Promise<IndexRow> {
		const index = await findIndex({ db: this.#db }, indexId);
		if (index && index.deletedAt === null) return index;
		throw new AppError("not_found", "The index was deleted.");
	}
}
