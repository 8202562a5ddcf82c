/**
 * One user's account: everything that must be exact on each request, answered in one call from memory.
 * Changes go to SQLite before they are answered, so a revoked session stays revoked through any restart.
 */
import { DurableObject } from "cloudflare:workers";
import type { Role } from "#core/caller";
import { type Access, accountStore, type ApiKey, type OpenSocket, type Session } from "./account-store.ts";
import type { Credential } from "./credential.ts";
import { closeDueSockets } from "./close-due-sockets.ts";
import { covers, type Scope, type Service } from "./scopes.ts";
import { type Admission, SlidingWindow } from "./sliding-window.ts";
import { windowLeases } from "./window-leases.ts";

export interface AdmissionRequest {
	credential: Pick<Credential, "kind" | "id" | "hash">;
	/** Requests a minute. */
	limit: number;
	/** Where the request opens a WebSocket, so that it can be closed with its credential. */
	socket?: { service: Service; path: string };
}

export type Decision =
	| { outcome: "unknown" }
	| { outcome: "limited"; window: Admission }
	| { outcome: "admitted"; role: Role; scopes?: Scope[]; window: Admission };

const windowMs = 60_000;
/** "Last used" is kept to the minute: a write for each request would cost more than the request. */
const touchEveryMs = 60_000;
const maxSessions = 100;
const maxApiKeys = 100;
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
	protected abstract closeSocket(socket: OpenSocket, access: Access): Promise<void>;

	admit({ credential, limit, socket }: AdmissionRequest): Decision {
		const now = Date.now();
		const alive = this.#alive(credential, now);
		if (!this.#access || !alive) return { outcome: "unknown" };
		const window = this.#takeOne(limit, now);
		if (!window.admitted) return { outcome: "limited", window };
		if (now - (alive.lastUsedAt ?? 0) > touchEveryMs) this.#touch(alive, now);
		if (socket) this.#store.saveSocket(credential.id, socket.service, socket.path, now);
		return {
			outcome: "admitted",
			role: this.#access.role,
			scopes: "scopes" in alive ? alive.scopes : undefined,
			window,
		};
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
		const ended = this.ctx.storage.transactionSync(() => this.#endSession(id));
		this.#closeRevoked();
		return ended;
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

	removeApiKey(id: string): boolean {
		this.ctx.storage.transactionSync(() => {
			this.#store.deleteApiKey(id);
			this.#store.revokeSockets(id, Date.now());
		});
		const removed = this.#apiKeys.delete(id);
		this.#closeRevoked();
		return removed;
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

	#alive({ kind, id, hash }: AdmissionRequest["credential"], now: number): Session | ApiKey | undefined {
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

	#endSession(id: string): boolean {
		this.#store.deleteSession(id);
		this.#store.revokeSockets(id, Date.now());
		return this.#sessions.delete(id);
	}

	/** At once, and by the alarm should this object die on the way. */
	#closeRevoked(): void {
		this.ctx.waitUntil(this.ctx.storage.setAlarm(Date.now() + 1_000).then(() => this.#closeDueSockets()));
	}

	async #closeDueSockets(): Promise<void> {
		const access = this.#access;
		if (!access) return;
		const isAlive = (id: string) => this.#sessions.has(id) || this.#apiKeys.has(id);
		await closeDueSockets(this.#store, isAlive, (socket) => this.closeSocket(socket, access));
		await this.#arm();
	}

	async #arm(): Promise<void> {
		const due = this.#store.nextDue();
		if (due === null) await this.ctx.storage.deleteAlarm();
		else await this.ctx.storage.setAlarm(due);
	}
}
