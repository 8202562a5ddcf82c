/**
 * One user's account: everything that must be exact on each request, answered in one call from memory.
 * Changes go to SQLite before they are answered, so a revoked session stays revoked through any restart.
 */
import { DurableObject } from "cloudflare:workers";
import type { Role } from "#core/caller";
import {
	type Access,
	accountStore,
	type ApiKey,
	type OpenSocket,
	type Session,
	type SocketPlace,
} from "./account-store.ts";
import type { Asked } from "./account-line.ts";
import type { Credential } from "./credential.ts";
import { closeDueSockets } from "./close-due-sockets.ts";
import { covers, type Scope } from "./scopes.ts";
import { type Admission, SlidingWindow } from "./sliding-window.ts";
import { windowLeases } from "./window-leases.ts";

/** Flat and small, because it is copied on each request. */
export type Decision =
	| { outcome: "unknown" }
	| ({ outcome: "limited" } & Remaining)
	| ({ outcome: "admitted"; role: Role; scopes?: Scope[] } & Remaining);

type Remaining = Pick<Admission, "remaining" | "resetMs">;

const windowMs = 60_000;
/** "Last used" is kept to the minute: a write for each request would cost more than the request. */
const touchEveryMs = 60_000;
const maxSessions = 100;
const maxApiKeys = 100;
/** Where a user has as many sockets as he may, those that are older make room. */
const socketMaxAgeMs = 3_600_000;
/** How soon an alarm that failed is tried again. */
const retryMs = 5_000;

export abstract class AccountObject<Env> extends DurableObject<Env> {
	readonly #store = accountStore(this.ctx.storage.sql);
	readonly #sessions = new Map<string, Session>();
	readonly #apiKeys = new Map<string, ApiKey>();
	#access = this.#store.access();
	#window: SlidingWindow | undefined;

	constructor(ctx: DurableObjectState, env: Env) {
		super(ctx, env);
		if (!this.#access) return;
		for (const session of this.#store.sessions()) this.#sessions.set(session.id, session);
		for (const key of this.#store.apiKeys()) this.#apiKeys.set(key.id, key);
	}

	/** Tells the domain to close the credential's sockets at this path; rejects where that must be tried again. */
	protected abstract closeSocket(socket: OpenSocket): Promise<void>;

	/** Counts each request against the limit, so many a minute, and says who sends it. */
	takeRequests(requests: Asked[], limit: number): Decision[] {
		const now = Date.now();
		return requests.map((request) => this.#take(request, limit, now));
	}

	#take({ kind, id, hash }: Asked, limit: number, now: number): Decision {
		const alive = this.#alive(kind, id, hash, now);
		if (!this.#access || !alive) return { outcome: "unknown" };
		const { admitted, remaining, resetMs } = this.#takeOne(limit, now);
		if (!admitted) return { outcome: "limited", remaining, resetMs };
		if (now - (alive.lastUsedAt ?? 0) > touchEveryMs) this.#touch(alive, now);
		const { role } = this.#access;
		if ("scopes" in alive) return { outcome: "admitted", role, scopes: alive.scopes, remaining, resetMs };
		return { outcome: "admitted", role, remaining, resetMs };
	}

	/**
	 * Keeps in mind a WebSocket that a domain has opened for a request that was let in with this role, to close it with
	 * its credential. One that is not kept must not stay open.
	 */
	keepSocket(place: SocketPlace, role: Role): "kept" | "revoked" | "too_many" {
		const now = Date.now();
		if (this.#access?.disabled || this.#access?.role !== role) return "revoked";
		const session = this.#sessions.get(place.credentialId);
		const isAlive = session ? session.expiresAt > now : this.#apiKeys.has(place.credentialId);
		if (!isAlive) return "revoked";
		if (this.#store.saveSocket(place, now)) return "kept";
		this.#store.retireSockets(now - socketMaxAgeMs, now);
		this.#closeRevoked();
		return "too_many";
	}

	/** Creates the account where it is missing; what an existing one says about its user stands. */
	create(access: Access): void {
		if (this.#access) return;
		this.#store.saveAccess(access);
		this.#access = access;
	}

	/** Takes effect on the next request; open sockets are closed, because they were opened under the old access. */
	setAccess(access: Access): void {
		const { role, disabled } = this.#access ?? {};
		this.ctx.storage.transactionSync(() => {
			this.#store.saveAccess(access);
			this.#access = access;
			if (role === access.role && disabled === access.disabled) return;
			for (const id of [...this.#sessions.keys(), ...this.#apiKeys.keys()]) this.#store.revokeSockets(id, Date.now());
			if (access.disabled) for (const id of this.#sessions.keys()) this.#endSession(id);
		});
		this.#closeRevoked();
	}

	/** False where the account is disabled. */
	async openSession(session: Session): Promise<boolean> {
		if (!this.#access || this.#access.disabled) return false;
		const oldest = this.#sessions.keys().next().value;
		if (oldest && this.#sessions.size >= maxSessions) this.endSession(oldest);
		this.#store.saveSession(session);
		this.#sessions.set(session.id, session);
		await this.#arm();
		return true;
	}

	/** Gives the session a new token, and so takes the old one from it; false where it has ended. */
	async refreshSession(id: string, tokenHash: string, expiresAt: number): Promise<boolean> {
		const session = this.#sessions.get(id);
		if (!session) return false;
		const refreshed = { ...session, tokenHash, expiresAt };
		this.#store.saveSession(refreshed);
		this.#sessions.set(id, refreshed);
		await this.#arm();
		return true;
	}

	session(id: string): Session | undefined {
		return this.#sessions.get(id);
	}

	listSessions(): Session[] {
		return [...this.#sessions.values()].filter(({ expiresAt }) => expiresAt > Date.now());
	}

	/** Whether there was such a session. */
	endSession(id: string): boolean {
		if (!this.#sessions.has(id)) return false;
		this.ctx.storage.transactionSync(() => this.#endSession(id));
		this.#closeRevoked();
		return true;
	}

	endSessionsExcept(id: string | undefined): void {
		this.ctx.storage.transactionSync(() => {
			for (const other of this.#sessions.keys()) if (other !== id) this.#endSession(other);
		});
		this.#closeRevoked();
	}

	/** `makerId` is the credential that makes the key: an API key makes none that may do more than itself. */
	addApiKey(key: ApiKey, makerId: string | undefined): "added" | "too_mighty" | "too_many" {
		const maker = this.#apiKeys.get(makerId ?? "");
		if (maker && !covers(maker.scopes, key.scopes)) return "too_mighty";
		if (this.#apiKeys.size >= maxApiKeys) return "too_many";
		this.#store.saveApiKey(key);
		this.#apiKeys.set(key.id, key);
		return "added";
	}

	listApiKeys(): ApiKey[] {
		return [...this.#apiKeys.values()];
	}

	/** Whether there was such a key. */
	removeApiKey(id: string): boolean {
		if (!this.#apiKeys.has(id)) return false;
		this.ctx.storage.transactionSync(() => {
			this.#store.deleteApiKey(id);
			this.#store.revokeSockets(id, Date.now());
		});
		this.#apiKeys.delete(id);
		this.#closeRevoked();
		return true;
	}

	/** Never throws: an alarm that keeps throwing is dropped. */
	override async alarm(): Promise<void> {
		try {
			const now = Date.now();
			for (const { id, expiresAt } of this.#sessions.values()) if (expiresAt <= now) this.#endSession(id);
			await this.#closeDueSockets();
		} catch (error) {
			console.error("account alarm", error);
			await this.ctx.storage.setAlarm(Date.now() + retryMs);
		}
	}

	#alive(kind: Credential["kind"], id: string, hash: string, now: number): Session | ApiKey | undefined {
		if (this.#access?.disabled) return undefined;
		if (kind === "key") {
			const key = this.#apiKeys.get(id);
			return key?.hash === hash ? key : undefined;
		}
		const session = this.#sessions.get(id);
		return session?.tokenHash === hash && session.expiresAt > now ? session : undefined;
	}

	#takeOne(limit: number, now: number): Admission {
		if (this.#window?.limit !== limit) {
			this.#window = new SlidingWindow(limit, windowMs, windowLeases(this.ctx.storage.sql, limit), now);
		}
		return this.#window.take(now);
	}

	#touch(used: Session | ApiKey, now: number): void {
		used.lastUsedAt = now;
		if ("scopes" in used) this.#store.saveApiKey(used);
		else this.#store.saveSession(used);
	}

	#endSession(id: string): void {
		this.#store.deleteSession(id);
		this.#store.revokeSockets(id, Date.now());
		this.#sessions.delete(id);
	}

	/** At once, and by the alarm should this object die on the way. */
	#closeRevoked(): void {
		this.ctx.waitUntil(this.ctx.storage.setAlarm(Date.now() + 1_000).then(() => this.#closeDueSockets()));
	}

	async #closeDueSockets(): Promise<void> {
		if (!this.#access) return;
		await closeDueSockets(this.#store, (socket) => this.closeSocket(socket));
		await this.#arm();
	}

	async #arm(): Promise<void> {
		const due = this.#store.nextDue();
		if (due === null) await this.ctx.storage.deleteAlarm();
		else await this.ctx.storage.setAlarm(due);
	}
}
