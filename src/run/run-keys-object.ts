/**
 * Idempotency keys of one user in one domain: the first request with a key names the run, every later one gets the
 * same. On disk, because a retry comes exactly when something has crashed.
 */
import { DurableObject } from "cloudflare:workers";
import { AppError } from "#core/errors";

const keptMs = 86_400_000;

type KeyRow = { fingerprint: string; run_id: string };

export class RunKeys extends DurableObject {
	readonly #sql: SqlStorage;

	constructor(state: DurableObjectState, env: never) {
		super(state, env);
		this.#sql = state.storage.sql;
		this.#sql.exec(`
			CREATE TABLE IF NOT EXISTS run_keys (
				key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, run_id TEXT NOT NULL, expires_at INTEGER NOT NULL
			) WITHOUT ROWID;
			CREATE INDEX IF NOT EXISTS run_keys_expiry ON run_keys (expires_at);
		`);
	}

	/**
	 * The run that the key stands for: `runId` if the key is new. `fingerprint` is a digest of what was asked; another
	 * one under the same key is `idempotency_key_reused`.
	 */
	async claim(key: string, fingerprint: string, runId: string): Promise<string> {
		const now = Date.now();
		this.#sql.exec("DELETE FROM run_keys WHERE expires_at <= ?", now);
		const known = this.#sql.exec<KeyRow>("SELECT fingerprint, run_id FROM run_keys WHERE key = ?", key).toArray()[0];
		if (known && known.fingerprint !== fingerprint) {
			throw new AppError("idempotency_key_reused", "This Idempotency-Key was used for another request.");
		}
		if (known) return known.run_id;
		this.#sql.exec("INSERT INTO run_keys VALUES (?, ?, ?, ?)", key, fingerprint, runId, now + keptMs);
		await this.ctx.storage.setAlarm(now + keptMs);
		return runId;
	}

	override async alarm(): Promise<void> {
		this.#sql.exec("DELETE FROM run_keys WHERE expires_at <= ?", Date.now());
		const { next } = this.#sql.exec<{ next: number | null }>("SELECT min(expires_at) AS next FROM run_keys").one();
		if (next !== null) await this.ctx.storage.setAlarm(next);
	}
}
