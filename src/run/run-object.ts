/**
 * The Durable Object that is home to runs. It keeps the promises that every kind of run makes: what was accepted goes
 * on by itself after a crash, what was recorded is never done again, every watcher sees every event once, and the
 * listing in D1 catches up. A subclass says what one run does.
 */
import { DurableObject } from "cloudflare:workers";
import { type Caller, canRead } from "#core/caller";
import { AppError, asAppError } from "#core/errors";
import { isSettled, isTerminal, type Run } from "./run.ts";
import { RunFeed } from "./run-feed.ts";
import { type NewEvent, RunLog } from "./run-log.ts";
import { RunProjection } from "./run-projection.ts";
import type { NewRun, RunChange } from "./run-rows.ts";
import { parseAfter, RunSockets, socketClosed } from "./run-sockets.ts";
import { type RunView, streamRun, streamView } from "./run-stream.ts";

/** A running run's object wakes itself this often, so that a crash costs at most so much time. */
const heartbeatMs = 10_000;
/** A projection may wait this long, so that a short run is written once. */
const projectAfterMs = 1_000;
/** Long enough for a client to answer that it has heard that its socket is closed. */
const closingHandshakeMs = 100;
const dayMs = 86_400_000;
/** An object that was made ready and not used until then is not kept. */
const unusedMs = 3_600_000;

export interface BeginOptions {
	/** Why no new run can be taken now. */
	refuse?: () => AppError | undefined;
	/** What else is written, in the same transaction. */
	alongside?: () => void;
}

export abstract class RunObject<Env = unknown, R extends Run = Run> extends DurableObject<Env> {
	protected readonly log: RunLog<R>;
	protected readonly sockets: RunSockets;
	/** Of what is appended to logs. */
	readonly #feed = new RunFeed();
	/** Of the status of runs. */
	readonly #changes = new RunFeed();
	readonly #driving = new Map<string, AbortController>();
	/** Runs whose attempt was counted when they began. */
	readonly #counted = new Set<string>();
	readonly #projection: RunProjection<R>;
	/** When the alarm is due, as far as this instance knows. */
	#wakeAt = Number.POSITIVE_INFINITY;
	/** Runs that have begun since the alarm. */
	#begun = 0;

	constructor(state: DurableObjectState, env: Env) {
		super(state, env);
		this.log = new RunLog<R>(state.storage, { tables: this.tables, undone: () => this.undone() });
		this.sockets = new RunSockets(state, this.log);
		this.#projection = new RunProjection(this.log, state, {
			write: (runs) => this.project(runs),
			pending: () => this.#wakeIn(heartbeatMs),
			done: () => this.#rest(),
		});
		// After the subclass's own constructor.
		if (this.log.open().length > 0) state.waitUntil(Promise.resolve().then(() => this.drive()));
	}

	/**
	 * Takes a running run to its end or to `input_required`, from wherever its record stands. Aborting `signal` means
	 * that the run has ended already.
	 */
	protected abstract execute(run: R, signal: AbortSignal): Promise<void>;

	/** Writes the listing rows of these runs; called again until it succeeds. */
	protected abstract project(runs: R[]): Promise<void>;

	/** The tables of the subclass that every run needs; they are made with those of the log. */
	protected get tables(): string {
		return "";
	}

	/** Forgets what is only in memory: a transaction was undone. */
	protected undone(): void {}

	/** Which queued runs may begin now; by default all of them. */
	protected startable(): R[] {
		return this.log.open().filter(({ status }) => status === "queued");
	}

	/** When the next of the queued runs that wait for their time may begin, Unix milliseconds, from now on. */
	protected nextDueAt(): number | undefined {
		return undefined;
	}

	/** When a run that begins now has to be done, Unix milliseconds. */
	protected deadlineOf(run: R): number | undefined {
		return run.deadlineAt;
	}

	/** What the log says of a run that begins, or goes on after it was queued again. */
	protected startEvents(_run: R): NewEvent[] {
		return [{ type: "run.started" }];
	}

	/** Writes what belongs to the beginning of a run, in the same transaction. */
	protected started(_run: R): void {}

	/** Writes what a new run that has to wait needs when its turn comes, in the same transaction. */
	protected queued(_run: R): void {}

	/** Writes what a run that is ended from outside must not leave open, in the same transaction. */
	protected stopped(_run: R): void {}

	/** A step that was begun this often without an end is given up. */
	protected get maxAttempts(): number {
		return 100;
	}

	/** How soon the listing shows that a run is settled, in milliseconds; one write serves all that settle meanwhile. */
	protected get listAfterMs(): number {
		return 0;
	}

	/** Whether a stream stays open while the run waits for somebody. */
	protected get streamsToEnd(): boolean {
		return false;
	}

	/** An object in which more runs begin between two alarms will have others soon. */
	protected get busyRuns(): number {
		return 3;
	}

	/** How long ended runs keep their events. */
	protected get retentionDays(): number {
		return 30;
	}

	/** Records a new run with its first event; a second call with the same id changes nothing. */
	protected begin(run: NewRun, events: NewEvent[], { refuse, alongside }: BeginOptions = {}): void {
		const refusal = refuse?.();
		if (refusal && !this.log.find(run.id)) throw refusal;
		const isNew = this.log.transaction(() => {
			if (refusal || !this.log.insert(run, events)) return false;
			this.#projection.changed();
			alongside?.();
			// A commit of its own would take as long as all of this.
			this.#start();
			const begun = this.log.get(run.id);
			if (begun.status === "queued") this.queued(begun);
			if (begun.status !== "running")
				this.#projection.later(isSettled(begun.status) ? this.listAfterMs : projectAfterMs);
			return true;
		});
		if (!isNew) return;
		this.#begun++;
		this.announce(run.id);
		this.#resume();
	}

	/** Appends to a run's log, with whatever `alongside` writes, and wakes its watchers. */
	protected record(runId: string, events: NewEvent[], change: RunChange = {}, alongside?: () => void): void {
		if (!alongside) this.log.append(runId, events, change);
		else {
			this.log.transaction(() => {
				this.log.append(runId, events, change);
				alongside();
			});
		}
		this.announce(runId);
		if (!change.status) return;
		this.#changes.notify(runId);
		this.#projection.changed();
		this.#projection.later(isSettled(change.status) ? this.listAfterMs : projectAfterMs);
	}

	/** Tells watchers of events that were appended to the log directly. */
	protected announce(runId: string): void {
		this.#feed.notify(runId);
		this.sockets.notify(runId);
	}

	/** Begins what may begin and resumes what a crash interrupted. */
	protected drive(): void {
		this.#start();
		this.#resume();
	}

	#resume(): void {
		for (const run of this.log.open()) {
			if (run.status === "running" && !this.#driving.has(run.id)) this.ctx.waitUntil(this.#drive(run));
		}
		if (this.#driving.size > 0) this.#wakeIn(heartbeatMs);
		const dueAt = this.nextDueAt();
		if (dueAt !== undefined) this.#wakeIn(Math.max(dueAt - Date.now(), 0));
	}

	/** Makes the tables before the first run; where none comes, the object forgets itself. */
	async prepare(): Promise<void> {
		this.log.transaction(() => this.log.tables.make());
		this.#wakeIn(unusedMs);
	}

	// What watchers and owners call. The caller was authenticated; the run decides whether it is his.

	async find(caller: Caller, runId: string): Promise<R> {
		return this.readable(caller, runId);
	}

	/** The run once it is settled, or as it is after `ms`. */
	async settled(caller: Caller, runId: string, ms: number): Promise<R> {
		const until = Date.now() + ms;
		for (;;) {
			const run = this.readable(caller, runId);
			const left = until - Date.now();
			if (isSettled(run.status) || left <= 0) return run;
			await this.#changes.changed(runId, left);
		}
	}

	/** SSE from `after`. */
	async stream(caller: Caller, runId: string, after: number): Promise<Response> {
		return streamRun(this.log, this.#feed, this.readable(caller, runId), after, this.streamsToEnd);
	}

	/** The run from `after` as another protocol streams it. */
	protected async streamAs(run: R, after: number, view: RunView<R>): Promise<Response> {
		return await streamView(this.log, this.#feed, run, after, view);
	}

	/** Ends the run as `cancelled`, unless it has ended. */
	async cancel(caller: Caller, runId: string): Promise<R> {
		const run = this.readable(caller, runId);
		if (!isTerminal(run.status)) this.#cancel(run);
		return this.log.get(runId);
	}

	async closeSockets(credentialId: string): Promise<void> {
		if (this.sockets.closeCredential(credentialId) > 0) this.ctx.waitUntil(this.#leaveMemory());
	}

	/**
	 * Ends all runs, has `elsewhere` delete what other stores hold of them, and then forgets everything here, down to the
	 * tables. Where that fails on the way, nothing is forgotten here and it can be asked for again.
	 */
	protected async forgetAll(elsewhere: () => Promise<void>): Promise<void> {
		this.#cancelAll();
		await this.#projection.pausedFor(async () => {
			await elsewhere();
			await this.#deleteAll();
		});
	}

	async #deleteAll(): Promise<void> {
		this.#cancelAll();
		this.#projection.drop();
		for (const socket of this.ctx.getWebSockets()) socket.close(socketClosed.erased, "the data was erased");
		this.#wakeAt = Number.POSITIVE_INFINITY;
		const deleted = [this.ctx.storage.deleteAlarm(), this.ctx.storage.deleteAll()];
		// In the same turn: a run that is just being stopped still looks for the next one.
		this.log.forget();
		this.undone();
		await Promise.all(deleted);
	}

	/** The newest first, so that none begins in the place of another. */
	#cancelAll(): void {
		for (const run of this.log.open().toReversed()) this.#cancel(run);
	}

	/** A WebSocket upgrade for one run: `?run=…&after=…`; the Worker has checked the caller. */
	protected acceptRunSocket(caller: Caller, request: Request): Response {
		const { searchParams } = new URL(request.url);
		const run = this.readable(caller, searchParams.get("run") ?? "");
		return this.sockets.accept(run, parseAfter(searchParams.get("after")), caller.credentialId);
	}

	override async webSocketMessage(_socket: WebSocket, _message: string | ArrayBuffer): Promise<void> {
		// A run's socket only listens.
	}

	/** Never throws: an alarm that fails six times is gone for good. */
	override async alarm(): Promise<void> {
		this.#wakeAt = Number.POSITIVE_INFINITY;
		this.#begun = 0;
		try {
			if (!this.log.latest()) return await this.#deleteAll();
			this.#enforceDeadlines();
			this.drive();
			this.log.trim(Date.now() - this.retentionDays * dayMs);
			await this.#projection.now();
		} catch (error) {
			console.error("run alarm", error);
			this.#wakeIn(heartbeatMs);
		}
	}

	protected readable(caller: Caller, runId: string): R {
		const run = this.log.find(runId);
		if (!run || !canRead(caller, { ownerId: run.caller.userId })) {
			throw new AppError("not_found", "There is no such execution.");
		}
		return run;
	}

	#start(): void {
		for (const run of this.startable()) {
			const change = { status: "running" as const, attempts: run.attempts + 1, deadlineAt: this.deadlineOf(run) };
			this.record(run.id, this.startEvents(run), change, () => this.started(run));
			this.#counted.add(run.id);
		}
	}

	async #drive(run: R): Promise<void> {
		const abort = new AbortController();
		this.#driving.set(run.id, abort);
		const timer = run.deadlineAt && setTimeout(() => this.#enforceDeadlines(), run.deadlineAt - Date.now());
		try {
			if (!this.#counted.delete(run.id)) this.#countAttempt(run);
			await this.execute(run, abort.signal);
		} catch (error) {
			if (!abort.signal.aborted) this.#fail(run.id, error);
		} finally {
			if (timer) clearTimeout(timer);
			this.#driving.delete(run.id);
			this.drive();
		}
	}

	#countAttempt({ id, attempts }: R): void {
		if (attempts >= this.maxAttempts) throw new AppError("internal_error", "The run was interrupted too often.");
		this.log.append(id, [], { attempts: attempts + 1 });
	}

	#fail(runId: string, thrown: unknown): void {
		const known = asAppError(thrown);
		if (!known) console.error("run failed", runId, thrown);
		const error = known
			? { code: known.code, message: known.message }
			: { code: "internal_error" as const, message: "Something went wrong here; the trace id names it in the logs." };
		this.#end(this.log.get(runId), { type: "run.failed", data: { ...error } }, { status: "failed", error });
	}

	#cancel(run: R): void {
		this.#end(run, { type: "run.cancelled" }, { status: "cancelled" });
	}

	#enforceDeadlines(): void {
		for (const run of this.log.open()) {
			if (run.deadlineAt === undefined || run.deadlineAt > Date.now()) continue;
			this.#fail(run.id, new AppError("limit_exceeded", "The run took longer than its time limit."));
		}
	}

	#end(run: R, event: NewEvent, change: RunChange): void {
		this.record(run.id, [...this.closing(run.id), event], change, () => this.stopped(run));
		this.#driving.get(run.id)?.abort(new AppError("cancelled", "The run has ended."));
		this.drive();
	}

	/** Events that settle what is unfinished when a run ends from outside, such as half a message. */
	protected closing(_runId: string): NewEvent[] {
		return [];
	}

	/**
	 * workerd ends the connection of a hibernating socket that was closed here only when its object leaves memory, which
	 * takes ten idle seconds and more, and until then its client waits for the end. An object that nobody needs leaves
	 * at once.
	 */
	async #leaveMemory(): Promise<void> {
		await scheduler.wait(closingHandshakeMs);
		await this.#projection.now();
		const isWatched = this.ctx.getWebSockets().some(({ readyState }) => readyState === WebSocket.OPEN);
		if (this.#driving.size === 0 && !isWatched) this.ctx.abort("sockets of a revoked session were closed");
	}

	/** Nothing is left to be done but to wait for a run's time, or to forget, one day: no heartbeat is needed. */
	#rest(): void {
		// What has become due meanwhile begins now: the alarm that was set for it is about to be replaced.
		if (this.#driving.size === 0) this.drive();
		if (this.#driving.size > 0) return;
		// To move the alarm is a commit; where runs come one after the other, it finds out by itself that it has no work.
		if (this.#begun > this.busyRuns && this.#wakeAt - Date.now() <= heartbeatMs) return;
		const oldest = this.log.oldestEnd();
		if (oldest === undefined) return;
		this.#wakeAt = Number.POSITIVE_INFINITY;
		const forgetAt = Math.max(oldest + this.retentionDays * dayMs, Date.now() + heartbeatMs);
		this.#wakeIn(Math.max(Math.min(this.nextDueAt() ?? forgetAt, forgetAt) - Date.now(), 0));
	}

	/** Sets the alarm in the same turn, so that it is committed together with what was just written. */
	#wakeIn(ms: number): void {
		const at = Date.now() + ms;
		if (at >= this.#wakeAt) return;
		this.#wakeAt = at;
		this.ctx.waitUntil(this.ctx.storage.setAlarm(at));
	}
}
