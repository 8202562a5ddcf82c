/**
 * The limits of one tool: how many calls at once, and how many in any minute, whoever makes them. On disk, so that a
 * crash neither forgets a minute nor holds a place for ever: each place is a lease that runs out.
 */
import { DurableObject } from "cloudflare:workers";
import { LazyTables } from "#run/lazy-tables";
import type { ToolLimits } from "./tables.ts";

const minuteMs = 60_000;
/** Nobody knows when a call will end: whoever waits for a place asks again after this long. */
const askAgainMs = 1_000;
/** An object that nobody asks any more forgets itself. */
const idleMs = 5 * minuteMs;

const limiterTables = `
	CREATE TABLE IF NOT EXISTS leases (id TEXT PRIMARY KEY, expires_at INTEGER NOT NULL) WITHOUT ROWID;
	CREATE TABLE IF NOT EXISTS admissions (number INTEGER PRIMARY KEY, at INTEGER NOT NULL);
	CREATE INDEX IF NOT EXISTS admissions_at ON admissions (at);
`;

export class ToolLimiter extends DurableObject<ToolsEnv> {
	readonly #tables: LazyTables;
	#wakes = false;

	constructor(state: DurableObjectState, env: ToolsEnv) {
		super(state, env);
		this.#tables = new LazyTables(state.storage.sql, "leases", limiterTables);
	}

	/**
	 * 0 where the call may be made now, else the milliseconds after which to ask again. The place is the call's until it
	 * is released, or `ms` have passed; a call that asks again under the same name keeps the place that it has.
	 */
	async acquire(lease: string, { concurrency, perMinute }: ToolLimits, ms: number): Promise<number> {
		const now = Date.now();
		this.#tables.make();
		this.#forget(now);
		if (!this.#holds(lease)) {
			const waitMs = Math.max(this.#untilPlace(now, concurrency), this.#untilMinute(now, perMinute));
			if (waitMs > 0) return waitMs;
			if (perMinute !== undefined) this.#tables.change("INSERT INTO admissions (at) VALUES (?)", now);
		}
		this.#tables.change("INSERT OR REPLACE INTO leases VALUES (?, ?)", lease, now + ms);
		await this.#wakeLater();
		return 0;
	}

	async release(lease: string): Promise<void> {
		this.#tables.change("DELETE FROM leases WHERE id = ?", lease);
	}

	override async alarm(): Promise<void> {
		this.#wakes = false;
		this.#forget(Date.now());
		const left = this.#tables.rows("SELECT 1 FROM leases UNION ALL SELECT 1 FROM admissions LIMIT 1");
		if (left.length > 0) return await this.#wakeLater();
		const deleted = this.ctx.storage.deleteAll();
		this.#tables.forget();
		await deleted;
	}

	#holds(lease: string): boolean {
		return this.#tables.rows("SELECT 1 FROM leases WHERE id = ?", lease).length > 0;
	}

	#untilPlace(now: number, concurrency: number | undefined): number {
		if (concurrency === undefined) return 0;
		const leases = this.#tables.rows<{ expires_at: number }>("SELECT expires_at FROM leases ORDER BY expires_at");
		if (leases.length < concurrency) return 0;
		return Math.min((leases[leases.length - concurrency]?.expires_at ?? now) - now, askAgainMs);
	}

	#untilMinute(now: number, perMinute: number | undefined): number {
		if (perMinute === undefined) return 0;
		const [oldest] = this.#tables.rows<{ at: number }>(
			"SELECT at FROM admissions ORDER BY number DESC LIMIT 1 OFFSET ?",
			perMinute - 1,
		);
		return oldest ? Math.min(oldest.at + minuteMs + 1 - now, minuteMs) : 0;
	}

	#forget(now: number): void {
		this.#tables.change("DELETE FROM leases WHERE expires_at <= ?", now);
		this.#tables.change("DELETE FROM admissions WHERE at < ?", now - minuteMs);
	}

	async #wakeLater(): Promise<void> {
		if (this.#wakes) return;
		this.#wakes = true;
		await this.ctx.storage.setAlarm(Date.now() + idleMs);
	}
}
