/** The SQL of one account: its access, sessions, API keys, and the sockets that they opened. */
import type { Role } from "#core/caller";
import type { Scope, Service } from "./scopes.ts";
import { leasesTable } from "./window-leases.ts";

export interface Access {
	userId: string;
	role: Role;
	disabled: boolean;
}

/** Times are Unix milliseconds. */
export interface Session {
	id: string;
	tokenHash: string;
	userAgent: string;
	/** How long the session lives on after each refresh. */
	lifetimeMs: number;
	createdAt: number;
	lastUsedAt: number;
	expiresAt: number;
}

export interface ApiKey {
	id: string;
	name: string;
	scopes: Scope[];
	hash: string;
	createdAt: number;
	lastUsedAt: number | null;
}

/** Where a credential has a WebSocket open, or several. */
export interface SocketPlace {
	credentialId: string;
	service: Service;
	path: string;
}

export interface OpenSocket extends SocketPlace {
	/** The last of them. */
	openedAt: number;
	/** How often closing it has failed. */
	attempts: number;
}

type ApiKeyRow = Omit<ApiKey, "scopes"> & { scopes: string };

const tables = `
	CREATE TABLE IF NOT EXISTS access (userId TEXT PRIMARY KEY, role TEXT NOT NULL, disabled INTEGER NOT NULL) STRICT;
	CREATE TABLE IF NOT EXISTS sessions (
		id TEXT PRIMARY KEY, tokenHash TEXT NOT NULL, userAgent TEXT NOT NULL, lifetimeMs INTEGER NOT NULL,
		createdAt INTEGER NOT NULL, lastUsedAt INTEGER NOT NULL, expiresAt INTEGER NOT NULL
	) STRICT;
	CREATE TABLE IF NOT EXISTS api_keys (
		id TEXT PRIMARY KEY, name TEXT NOT NULL, scopes TEXT NOT NULL, hash TEXT NOT NULL,
		createdAt INTEGER NOT NULL, lastUsedAt INTEGER
	) STRICT;
	CREATE TABLE IF NOT EXISTS sockets (
		credentialId TEXT NOT NULL, service TEXT NOT NULL, path TEXT NOT NULL, openedAt INTEGER NOT NULL,
		closeAt INTEGER, attempts INTEGER NOT NULL DEFAULT 0,
		PRIMARY KEY (credentialId, service, path)
	) STRICT;
	${leasesTable};`;

/** Nobody needs sockets at more places at once. */
const maxSockets = 5_000;

export type AccountStore = ReturnType<typeof accountStore>;

export function accountStore(sql: SqlStorage) {
	return {
		/** Undefined, and nothing written, where the account was never created: ids are easy to invent. */
		access(): Access | undefined {
			if (sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'access'").toArray().length === 0) return undefined;
			const [row] = sql.exec<Omit<Access, "disabled"> & { disabled: number }>("SELECT * FROM access").toArray();
			return row && { ...row, disabled: row.disabled === 1 };
		},
		saveAccess({ userId, role, disabled }: Access) {
			sql.exec(tables);
			sql.exec("INSERT OR REPLACE INTO access VALUES (?, ?, ?)", userId, role, disabled ? 1 : 0);
		},

		sessions: () => sql.exec<Row<Session>>("SELECT * FROM sessions ORDER BY createdAt").toArray(),
		saveSession(s: Session) {
			sql.exec(
				"INSERT OR REPLACE INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?)",
				...[s.id, s.tokenHash, s.userAgent, s.lifetimeMs, s.createdAt, s.lastUsedAt, s.expiresAt],
			);
		},
		deleteSession: (id: string) => sql.exec("DELETE FROM sessions WHERE id = ?", id),

		apiKeys(): ApiKey[] {
			const rows = sql.exec<Row<ApiKeyRow>>("SELECT * FROM api_keys ORDER BY createdAt").toArray();
			return rows.map((row) => ({ ...row, scopes: JSON.parse(row.scopes) as Scope[] }));
		},
		saveApiKey(k: ApiKey) {
			sql.exec(
				"INSERT OR REPLACE INTO api_keys VALUES (?, ?, ?, ?, ?, ?)",
				...[k.id, k.name, JSON.stringify(k.scopes), k.hash, k.createdAt, k.lastUsedAt],
			);
		},
		deleteApiKey: (id: string) => sql.exec("DELETE FROM api_keys WHERE id = ?", id),

		/** False where there are as many as there may be: a live socket is never forgotten for a new one. */
		saveSocket({ credentialId, service, path }: SocketPlace, now: number): boolean {
			const saved = sql.exec(
				`INSERT INTO sockets (credentialId, service, path, openedAt) SELECT ?1, ?2, ?3, ?4
				WHERE (SELECT count(*) FROM sockets WHERE (credentialId, service, path) != (?1, ?2, ?3)) < ?5
				ON CONFLICT DO UPDATE SET openedAt = max(excluded.openedAt, openedAt + 1)`,
				...[credentialId, service, path, now, maxSockets],
			);
			return saved.rowsWritten > 0;
		},
		/** Marks the credential's sockets as to be closed, the earlier ones of a live credential included. */
		revokeSockets(credentialId: string, now: number) {
			sql.exec("UPDATE sockets SET closeAt = ?, attempts = 0 WHERE credentialId = ?", now, credentialId);
		},
		/** Nobody tells of a socket that closed by itself, as most of these did: marks the others as to be closed. */
		retireSockets(openedBefore: number, now: number) {
			sql.exec("UPDATE sockets SET closeAt = ? WHERE openedAt < ? AND closeAt IS NULL", now, openedBefore);
		},
		socketsToClose: (now: number, limit: number) =>
			sql
				.exec<Row<OpenSocket>>("SELECT * FROM sockets WHERE closeAt <= ? ORDER BY closeAt LIMIT ?", now, limit)
				.toArray(),
		closeSocketAgain(socket: OpenSocket, closeAt: number, attempts: number) {
			sql.exec(
				"UPDATE sockets SET closeAt = ?, attempts = ? WHERE credentialId = ? AND service = ? AND path = ?",
				...[closeAt, attempts, socket.credentialId, socket.service, socket.path],
			);
		},
		/** Forgets a closed socket; one opened there meanwhile stays known. */
		forgetSocket({ credentialId, service, path, openedAt }: OpenSocket) {
			const key = [credentialId, service, path, openedAt];
			const same = "credentialId = ? AND service = ? AND path = ? AND openedAt";
			sql.exec(`DELETE FROM sockets WHERE ${same} = ?`, ...key);
			sql.exec(`UPDATE sockets SET closeAt = NULL WHERE ${same} > ?`, ...key);
		},

		/** When something falls due: a socket to close, a session to end. */
		nextDue(): number | null {
			return sql
				.exec<{ due: number | null }>(
					"SELECT min(at) AS due FROM (SELECT min(closeAt) AS at FROM sockets UNION ALL SELECT min(expiresAt) FROM sessions)",
				)
				.one().due;
		},
	};
}

type Row<T> = T & Record<string, SqlStorageValue>;
