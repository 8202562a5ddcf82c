/**
 * Failed logins to one email, known or not: an attempt is on disk before its password is checked, so that parallel
 * guesses count too. Counted for each address apart, so that a stranger cannot lock the owner out.
 */
import { DurableObject } from "cloudflare:workers";

export type Reservation =
	| { outcome: "reserved"; attemptId: number }
	| { outcome: "locked"; retryAfterMs: number }
	/** As many checks are under way as may still fail: ask again when one has ended. */
	| { outcome: "busy" };

interface AttemptRow extends Record<string, SqlStorageValue> {
	at: number;
	failed: number;
}

const maxFailures = 5;
const lockMs = 15 * 60_000;
/** A check that has not ended by now never will: it counts as failed. */
const checkTimeoutMs = 30_000;

export class LoginAttemptsObject<Env> extends DurableObject<Env> {
	readonly #sql = this.ctx.storage.sql;

	constructor(ctx: DurableObjectState, env: Env) {
		super(ctx, env);
		this.#createTable();
	}

	async reserve(address: string): Promise<Reservation> {
		const now = Date.now();
		this.#sql.exec("DELETE FROM attempts WHERE at <= ?", now - lockMs);
		const attempts = this.#sql
			.exec<AttemptRow>("SELECT at, failed FROM attempts WHERE address = ? ORDER BY at", address)
			.toArray();
		if (attempts.length >= maxFailures) {
			const failures = attempts.filter(({ at, failed }) => failed === 1 || now - at > checkTimeoutMs);
			if (failures.length < maxFailures) return { outcome: "busy" };
			return { outcome: "locked", retryAfterMs: (failures[0]?.at ?? now) + lockMs - now };
		}
		const { id } = this.#sql
			.exec<{ id: number }>("INSERT INTO attempts (address, at) VALUES (?, ?) RETURNING id", address, now)
			.one();
		await this.ctx.storage.setAlarm(now + lockMs);
		return { outcome: "reserved", attemptId: id };
	}

	fail(attemptId: number): void {
		this.#sql.exec("UPDATE attempts SET failed = 1 WHERE id = ?", attemptId);
	}

	/** The right password clears what failed before it from the same address. */
	succeed(address: string): void {
		this.#sql.exec("DELETE FROM attempts WHERE address = ?", address);
	}

	/** The last attempt is out of date: nothing of the email is kept. */
	override async alarm(): Promise<void> {
		await this.ctx.storage.deleteAll();
		this.#createTable();
	}

	#createTable(): void {
		this.#sql.exec(
			`CREATE TABLE IF NOT EXISTS attempts (
				id INTEGER PRIMARY KEY, address TEXT NOT NULL, at INTEGER NOT NULL, failed INTEGER NOT NULL DEFAULT 0
			) STRICT`,
		);
	}
}
