/**
 * When a queued call may begin: one that failed, after its pause; one of a tool that is at its limits, when there may be
 * room. A tool that has refused a call is asked for one call after the other from then on, so that a long queue does
 * not ask again and again, and the calls of other tools go on meanwhile.
 */
import { LazyTables } from "#run/lazy-tables";
import type { ToolRun } from "./tool-run.ts";

const pauseTable = `
	CREATE TABLE IF NOT EXISTS call_pauses (run_id TEXT PRIMARY KEY, due_at INTEGER NOT NULL) WITHOUT ROWID;
`;
/** Longer than it takes to ask a limiter. */
const askingMs = 5_000;

export class CallTurns {
	readonly #tables: LazyTables;
	/** When paused calls are due, by run; undefined until somebody asks. */
	#pauses: Map<string, number> | undefined;
	/** When limited tools may be asked next. Where it is lost in a crash they are asked at once. */
	readonly #askAt = new Map<string, number>();
	#lookedAt = 0;

	constructor(sql: SqlStorage) {
		this.#tables = new LazyTables(sql, "call_pauses", pauseTable);
	}

	/** Those of the queued calls that may begin now, oldest first. */
	ready(queued: ToolRun[]): ToolRun[] {
		if (this.#isFree()) return queued;
		const now = (this.#lookedAt = Date.now());
		const asked = new Set<string>();
		return queued.filter((run) => {
			const { toolId } = run.input;
			if (this.#dueAt(run) > now || asked.has(toolId)) return false;
			if (this.#askAt.has(toolId)) asked.add(toolId);
			return true;
		});
	}

	/** When the next of the queued calls is due that was not when `ready` last looked. */
	next(queued: ToolRun[]): number | undefined {
		if (this.#isFree()) return undefined;
		const dues = queued.map((run) => this.#dueAt(run)).filter((dueAt) => dueAt > this.#lookedAt);
		return dues.length > 0 ? Math.min(...dues) : undefined;
	}

	pause(runId: string, dueAt: number): void {
		this.#tables.make();
		this.#tables.change("INSERT OR REPLACE INTO call_pauses VALUES (?, ?)", runId, dueAt);
		this.#known().set(runId, dueAt);
	}

	/** The tool has no room before `askAt`. */
	full(toolId: string, askAt: number): void {
		this.#askAt.set(toolId, askAt);
	}

	/** The tool may have room: it has let a call in, or one has ended. Whether it ever had none. */
	room(toolId: string): boolean {
		if (!this.#askAt.has(toolId)) return false;
		this.#askAt.set(toolId, 0);
		return true;
	}

	begun({ id, input }: ToolRun): void {
		if (this.#askAt.has(input.toolId)) this.full(input.toolId, Date.now() + askingMs);
		this.ended(id);
	}

	ended(runId: string): void {
		if (this.#known().delete(runId)) this.#tables.change("DELETE FROM call_pauses WHERE run_id = ?", runId);
	}

	/** Lets go of what is in memory: it may no longer be what is stored. */
	forget(): void {
		this.#tables.forget();
		this.#pauses = undefined;
	}

	#isFree(): boolean {
		return this.#askAt.size === 0 && this.#known().size === 0;
	}

	#dueAt({ id, input }: ToolRun): number {
		return Math.max(this.#known().get(id) ?? 0, this.#askAt.get(input.toolId) ?? 0);
	}

	#known(): Map<string, number> {
		this.#pauses ??= new Map(
			this.#tables
				.rows<{ run_id: string; due_at: number }>("SELECT run_id, due_at FROM call_pauses")
				.map(({ run_id, due_at }) => [run_id, due_at]),
		);
		return this.#pauses;
	}
}
