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
import { buildOf, heldDimensions } from "./build-of.ts";
import { beginBuild, countBackfilled, documentsToBackfill, dropBuild, switchBuild } from "./build-store.ts";
import { indexPartsOf } from "./index-parts-of.ts";
import { ingestionHome } from "./ingestion-home.ts";
import { alreadyRebuilt, type RebuildInput, type RebuildRun } from "./rebuild-run.ts";
import { findIndex, openDb } from "./store.ts";
import type { Build, DocumentRow, IndexRow } from "./tables.ts";
import { roomOf } from "./vector-index/shard-of.ts";

const documentsAtOnce = 8;
/** Documents that are being processed are waited for. */
const lookAgainMs = 500;
/** What breaks without a reason that is told may go better the next time. */
const brokenInARow = 10;
const passing = new Set(["rate_limited", "provider_timeout", "service_unavailable", "bad_gateway", "gateway_timeout"]);
/** An object that is filled has room for so much more than it should have at most. */
const overfull = 1.5;

export class Rebuilds extends RunObject<RagEnv, RebuildRun> {
	readonly #sink = spanQueueSink("rag", this.env.TELEMETRY, this.ctx);
	readonly #db = openDb(this.env.DB);
	/** The rebuilding whose build is there. */
	#prepared: string | undefined;

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
		const documents = await inSpan(span, () => this.#rebuild(run, span, signal));
		const result = { documents };
		this.record(run.id, [{ type: "run.completed", data: result }], { status: "completed", result });
	}

	/** What was not finished is taken back. */
	protected override async project(runs: RebuildRun[]): Promise<void> {
		const over = runs.filter(({ status }) => isTerminal(status) && status !== "completed");
		for (const { id: executionId, input } of over) await dropBuild({ db: this.#db }, { ...input, executionId });
	}

	/** Until it is in its place; answers how many documents it has. */
	async #rebuild(run: RebuildRun, span: Span, signal: AbortSignal): Promise<number> {
		const { indexId, build } = run.input;
		const scope = { db: this.#db };
		for (let broken = 0; ;) {
			signal.throwIfAborted();
			try {
				const step = await this.#step(run, span);
				if (step === "done") return (await countBackfilled(scope, indexId)).total;
				if (step === "copied") {
					const { chunks, ...progress } = await countBackfilled(scope, indexId);
					checkRoom(build, chunks);
					signal.throwIfAborted();
					this.record(run.id, [{ type: "index.backfilled", data: progress }]);
				} else await scheduler.wait(lookAgainMs);
				broken = 0;
			} catch (error) {
				const known = asAppError(error);
				const isOver = signal.aborted || (known && !passing.has(known.code));
				if (isOver || ++broken === brokenInARow) throw error;
				console.error("a rebuild goes on", run.id, error);
				await scheduler.wait(lookAgainMs * broken);
			}
		}
	}

	/** Can be made again. */
	async #step({ id, input: { indexId, build } }: RebuildRun, span: Span): Promise<"copied" | "waits" | "done"> {
		const scope = { db: this.#db };
		const index = await this.#index(indexId);
		const searched = buildOf(index);
		if (searched.id === build.id) return "done";
		await this.#prepare(id, indexId, build);
		const documents = await documentsToBackfill(scope, indexId, documentsAtOnce);
		if (documents.length === 0) await switchBuild(scope, index, searched, build);
		const copied = await Promise.all(documents.map((document) => this.#backfill(document, span)));
		if (copied.includes(true)) return "copied";
		return buildOf(await this.#index(indexId)).id === build.id ? "done" : "waits";
	}

	/** Once in this memory. */
	async #prepare(id: string, indexId: string, build: Build): Promise<void> {
		if (this.#prepared === id) return;
		await (await indexPartsOf(this.env).storeOf(build))?.prepare();
		if (!(await beginBuild({ db: this.#db }, { indexId, executionId: id, build }))) throw alreadyRebuilt();
		this.#prepared = id;
	}

	async #backfill({ id, executionId }: DocumentRow, span: Span): Promise<boolean> {
		return await ingestionHome(this.env.INGESTIONS, homeOf(executionId)).backfill(id, span.traceparent);
	}

	async #index(indexId: string): Promise<IndexRow> {
		const index = await findIndex({ db: this.#db }, indexId);
		if (index && index.deletedAt === null) return index;
		throw new AppError("not_found", "The index was deleted.");
	}
}

/** Its objects were chosen when it began, and take what comes meanwhile, too. */
function checkRoom(build: Build, chunks: number): void {
	if (chunks <= overfull * build.generations[0] * roomOf(heldDimensions(build))) return;
	throw new AppError("limit_exceeded", "The index has grown too much since its rebuilding began; begin again.");
}
