/** What the gateway's verbs need of the world. */
import type { Caller, Role } from "#core/caller";
import type { AccountObject } from "./account-object.ts";
import type { LoginAttemptsObject } from "./login-attempts-object.ts";
import type { Service } from "./scopes.ts";
import type { Database } from "./store.ts";

/** What a user may do from now on. */
export interface UserAccess {
	userId: string;
	role: Role;
	disabled: boolean;
}

export interface GatewayContext {
	readonly caller: Caller;
	db: Database;
	tokenKey: CryptoKey;
	/** Created on the first login where there is no active admin. */
	firstAdmin?: { email: string; password: string };
	account(userId: string): DurableObjectStub<AccountObject<object>>;
	/** `key` is a hash of the email. */
	loginAttempts(key: string): DurableObjectStub<LoginAttemptsObject<object>>;
	/** Rejects where a domain has not heard of it. */
	tellAccess(access: UserAccess): Promise<void>;
	services: Record<Service, Pick<Fetcher, "fetch">>;
}
