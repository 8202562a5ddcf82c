/** What the gateway's tests start from: requests through the real door, and users with sessions and keys. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { drizzle } from "drizzle-orm/d1";
import type { Role } from "#core/caller";
import { isoTime } from "#core/clock";
import { newId } from "#core/ids";
import { tokenKey } from "#gateway/access-token";
import type { GatewayContext } from "#gateway/context";
import { createApiKey } from "#gateway/create-api-key";
import { openSession } from "#gateway/open-session";
import type { Scope } from "#gateway/scopes";
import { type GatewayVars, settingsOf } from "#gateway/settings";
import { insertUser, type UserRow } from "#gateway/store";
import type { RequestScope } from "#http/request-scope";
import { type Bindings, domain } from "./context.ts";
import door from "./index.ts";

export const bindings = env as unknown as Bindings;

/** One request; `vars` stand in for the deployment's settings. */
export async function send(path: string, init: RequestInit = {}, vars: GatewayVars = {}): Promise<Response> {
	const ctx = createExecutionContext();
	const request = new Request(path.startsWith("http") ? path : `http://gateway.test${path}`, init);
	const response = await door.fetch(request, { ...(bindings as object), ...vars } as Bindings, ctx);
	void waitOnExecutionContext(ctx);
	return response;
}

export function post(
	path: string,
	body: unknown,
	headers: Record<string, string> = {},
	vars: GatewayVars = {},
): Promise<Response> {
	const init = {
		method: "POST",
		body: JSON.stringify(body),
		headers: { "content-type": "application/json", ...headers },
	};
	return send(path, init, vars);
}

export function bearer(token: string): Record<string, string> {
	return { authorization: `Bearer ${token}` };
}

export async function newUser(role: Role = "user"): Promise<UserRow> {
	const name = crypto.randomUUID();
	const now = isoTime();
	const user: UserRow = {
		id: newId("usr"),
		email: `${name}@example.com`,
		username: name,
		firstName: null,
		lastName: null,
		role,
		isActive: true,
		// Of "correct horse battery", made beforehand because making one takes its time.
		passwordHash: "scrypt$16384$8$5$AAAAAAAAAAAAAAAAAAAAAA$jL7ovRkVXHiUyRV7nchedPiTNgzS2fVYnY5_eMklEf0",
		lastLoginAt: null,
		createdAt: now,
		updatedAt: now,
	};
	await insertUser(drizzle(bindings.DB), user);
	return user;
}

/** A token of a new session of the user. */
export async function signIn(user: UserRow): Promise<string> {
	return (await openSession(await contextOf(user), user, { userAgent: "test" })).token;
}

export async function newKey(user: UserRow, scopes: Scope[] = ["*"]): Promise<string> {
	const ctx = await contextOf(user);
	await ctx.account(user.id).create({ userId: user.id, role: user.role, disabled: false });
	return (await createApiKey(ctx, { name: "test", scopes })).key;
}

export function testTokenKey(): Promise<CryptoKey> {
	return tokenKey("a secret of the tests, 32 bytes or more");
}

/** What a verb gets on behalf of the user. */
export async function contextOf({ id, role }: UserRow): Promise<GatewayContext> {
	const settings = await settingsOf(bindings);
	const caller = { userId: id, role, requestId: "", traceparent: "" };
	return domain.context({ bindings, settings }, { caller } as RequestScope);
}
