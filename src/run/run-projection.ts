/**
 * Brings the listing up to date with the runs of one object: soon after a change, several changes at once. What fails is
 * tried again when the object wakes next.
 */
import type { Run } from "./run.ts";
import type { RunLog } from "./run-log.ts";

/** Runs in one write of the listing. */
const batchSize = 50;

export interface ProjectionHooks<R extends Run> {
	/** Writes the listing rows of these runs. */
	write(runs: R[]): Promise<void>;
	/** Something waits to be written: the object must wake by itself, should this instance die before. */
	pending(): void;
	/** Everything is written. */
	done(): void;
}

export class RunProjection<R extends Run> {
	readonly #log: RunLog<R>;
	readonly #state: DurableObjectState;
	readonly #hooks: ProjectionHooks<R>;
	#writing: Promise<void> | undefined;
	#timer: ReturnType<typeof setTimeout> | undefined;
	/** When the next write is due. */
	#dueAt = Number.POSITIVE_INFINITY;
	/** A run was begun or changed its status since a write last looked. */
	#changed = false;
	#paused = false;

	constructor(log: RunLog<R>, state: DurableObjectState, hooks: ProjectionHooks<R>) {
		this.#log = log;
		this.#state = state;
		this.#hooks = hooks;
	}

	/** Notes a change that the next write must see. */
	changed(): void {
		this.#changed = true;
	}

	later(ms: number): void {
		const at = Date.now() + ms;
		// A later wish does not push an earlier one back: one change after another must not starve the listing.
		if (at >= this.#dueAt) return;
		this.#dueAt = at;
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => this.#state.waitUntil(this.now()), ms);
		this.#hooks.pending();
	}

	/** Resolves when the listing is up to date, or a write has failed; never rejects. */
	async now(): Promise<void> {
		this.#dueAt = Number.POSITIVE_INFINITY;
		this.#writing ??= this.#writeAll().finally(() => {
			this.#writing = undefined;
		});
		await this.#writing;
	}

	/** Writes nothing while `work` is done. */
	async pausedFor(work: () => Promise<void>): Promise<void> {
		this.#paused = true;
		try {
			while (this.#writing) await this.#writing;
			await work();
		} finally {
			this.#paused = false;
		}
	}

	/** Forgets what was due. */
	drop(): void {
		clearTimeout(this.#timer);
		this.#dueAt = Number.POSITIVE_INFINITY;
	}

	async #writeAll(): Promise<void> {
		try {
			for (let left = true; left && !this.#paused;) {
				this.#changed = false;
				const runs = this.#log.unprojected(batchSize);
				if (runs.length > 0) await this.#hooks.write(runs);
				this.#log.markProjected(runs);
				left = this.#changed || runs.length === batchSize;
			}
			if (!this.#paused) this.#hooks.done();
		} catch (error) {
			console.error("projection waits", error);
			this.#hooks.pending();
		}
	}
}
