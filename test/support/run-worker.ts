/** The host of the run log's own tests: runs that do what their input says, and stop where a test wants them to. */
import { WorkerEntrypoint } from "cloudflare:workers";
import type { Caller } from "#core/caller";
import { AppError, type ErrorDetails } from "#core/errors";
import { DeltaGatherer } from "#run/delta-gatherer";
import type { Run } from "#run/run";
import type { LogPosition, NewEvent } from "#run/run-log";
import { RunKeys } from "#run/run-keys-object";
import { RunObject } from "#run/run-object";

export { RunKeys };

declare global {
	namespace Cloudflare {
		interface Env {
			RUNS: DurableObjectNamespace<TestRuns>;
			KEYS: DurableObjectNamespace<RunKeys>;
		}
	}
}

/** `hold` waits until the test releases it, `say` streams text, `effect` is counted, `ask` waits for an answer. */
export type TestStep = { hold: string } | { say: string[] } | { effect: string } | { ask: string } | { fail: string };

interface TestInput {
	steps: TestStep[];
	/** Runs with the same lane go one after the other. */
	lane?: string;
}

export type TestRun = Run<TestInput>;

export class TestRuns extends RunObject<Cloudflare.Env, TestRun> {
	/** Refuses to project while it is set. */
	projectionFails = false;
	/** Called in the middle of a projection. */
	whileProjecting: (() => Promise<void>) | undefined;
	readonly #gates = new Map<string, PromiseWithResolvers<void>>();

	constructor(state: DurableObjectState, env: Cloudflare.Env) {
		super(state, env);
		state.storage.sql.exec("CREATE TABLE IF NOT EXISTS effects (name TEXT NOT NULL)");
	}

	async start(caller: Caller, id: string, input: TestInput, deadlineAt?: number): Promise<void> {
		this.begin({ id, caller, status: "queued", input, deadlineAt }, [{ type: "run.queued" }]);
	}

	async answer(runId: string, text: string): Promise<void> {
		this.record(runId, [{ type: "step.completed", data: { text } }], { status: "running" });
		this.drive();
	}

	/** Lets runs of this instance pass the hold. */
	async release(name: string): Promise<void> {
		this.#gate(name).resolve();
	}

	async effects(): Promise<string[]> {
		return this.#rows<{ name: string }>("SELECT name FROM effects ORDER BY rowid").map(({ name }) => name);
	}

	async events(runId: string, after = 0, limit?: number) {
		return this.log.read(runId, after, limit);
	}

	async across(after: LogPosition) {
		return this.log.readAcross(after);
	}

	async fail(details: ErrorDetails): Promise<void> {
		throw new AppError("invalid_input", "It does not fit.", { details });
	}

	async forget(before: number): Promise<void> {
		this.log.trim(before);
	}

	/** Steals the deadline from the future. */
	async expire(runId: string): Promise<void> {
		this.log.append(runId, [], { deadlineAt: 1 });
	}

	override async fetch(request: Request): Promise<Response> {
		return this.acceptRunSocket(JSON.parse(request.headers.get("x-caller")!), request);
	}

	protected override startable(): TestRun[] {
		const open = this.log.open();
		const busy = new Set(open.filter(({ status }) => status === "running").map(({ input }) => input.lane));
		return open.filter(({ status, input }) => {
			if (status !== "queued" || (input.lane && busy.has(input.lane))) return false;
			busy.add(input.lane);
			return true;
		});
	}

	protected override async execute(run: TestRun, signal: AbortSignal): Promise<void> {
		const half = this.closing(run.id);
		if (half.length > 0) this.record(run.id, half);
		const { steps } = run.input;
		const done = this.log.read(run.id, 0).filter(({ type }) => type === "step.completed").length;
		for (const step of steps.slice(done)) {
			if ("ask" in step) {
				this.record(run.id, [{ type: "run.input_required", data: step }], { status: "input_required" });
				return;
			}
			if ("hold" in step) await this.#held(step.hold, signal);
			else if ("fail" in step) throw new Error(step.fail);
			else if ("effect" in step) this.ctx.storage.sql.exec("INSERT INTO effects VALUES (?)", step.effect);
			else await this.#say(run.id, step.say, signal);
			if (!("say" in step)) this.record(run.id, [{ type: "step.completed", data: step }], { attempts: 0 });
		}
		this.record(run.id, [{ type: "run.completed" }], { status: "completed", result: { steps: steps.length } });
	}

	protected override async project(runs: TestRun[]): Promise<void> {
		if (this.projectionFails) throw new Error("D1_ERROR: the test says no");
		const rows = runs.map(({ id, status, revision }) =>
			this.env.DB.prepare(
				"INSERT INTO run_rows VALUES (?1, ?2, ?3) ON CONFLICT (id) DO UPDATE SET status = ?2, revision = ?3 WHERE revision < ?3",
			).bind(id, status, revision),
		);
		const table = "CREATE TABLE IF NOT EXISTS run_rows (id TEXT PRIMARY KEY, status TEXT, revision INTEGER)";
		await this.env.DB.batch([this.env.DB.prepare(table), ...rows]);
		await this.whileProjecting?.();
	}

	protected override closing(runId: string): NewEvent[] {
		const half = this.log.unfolded(runId, "text.delta");
		return half ? [{ type: "text.discarded", data: { text: half.text }, folds: half.folds }] : [];
	}

	/** Pieces that begin with `hold:` wait instead, with the text before them flushed. */
	async #say(runId: string, pieces: string[], signal: AbortSignal): Promise<void> {
		const text = new DeltaGatherer(this.log, runId, { type: "text.delta", data: {} }, signal, () =>
			this.announce(runId),
		);
		for (const piece of pieces) {
			const hold = /^hold:(.*)$/.exec(piece)?.[1];
			if (hold === undefined) text.push(piece);
			else {
				text.flush();
				await this.#held(hold, signal);
			}
		}
		const folds = text.fold(this.log.head(runId).lastSeq);
		this.record(runId, [{ type: "text.completed", data: { text: text.text }, folds }, { type: "step.completed" }]);
	}

	async #held(name: string, signal: AbortSignal): Promise<void> {
		const { promise, reject } = Promise.withResolvers<never>();
		signal.addEventListener("abort", () => reject(signal.reason), { once: true });
		await Promise.race([this.#gate(name).promise, promise]);
	}

	#gate(name: string): PromiseWithResolvers<void> {
		const gate = this.#gates.get(name) ?? Promise.withResolvers<void>();
		this.#gates.set(name, gate);
		return gate;
	}

	#rows<Row extends Record<string, SqlStorageValue>>(query: string): Row[] {
		return this.ctx.storage.sql.exec<Row>(query).toArray();
	}
}

export default class extends WorkerEntrypoint {
	override async fetch(): Promise<Response> {
		return new Response(null, { status: 404 });
	}
}
