/** What the gateway's verbs need of the world. */
import type { Caller } from "#core/caller";
import type { AccountObject } from "./account-object.ts";
import type { LoginAttemptsObject } from "./login-attempts-object.ts";
import type { Service } from "./scopes.ts";
import type { Database } from "./store.ts";

export interface GatewayContext {
	readonly caller: Caller;
	db: Database;
	tokenKey: CryptoKey;
	/** Created on the first login where there is no active admin. */
	firstAdmin?: { email: string; password: string };
	account(userId: string): DurableObjectStub<AccountObject<object>>;
	/** `key` is a hash of the email. */
	loginAttempts(key: string): DurableObjectStub<LoginAttemptsObject<object>>;
	services: Record<Service, Pick<Fetcher, "fetch">>;
}
