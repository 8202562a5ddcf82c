/** Who talks to a running platform in a test: its admin, and users that the test makes for itself. */
import { randomUUID } from "node:crypto";
import { ApiClient } from "../../scripts/api-client.ts";

export interface Instance {
	url: string;
	admin: { email: string; password: string };
}

declare module "vitest" {
	interface ProvidedContext {
		/** The platform that `test/e2e/start-platform.ts` started. */
		platform: Instance;
	}
}

export interface Person extends ApiClient {
	id: string;
	email: string;
	password: string;
}

type Role = "admin" | "user" | "viewer";

/** Signs the tokens of a platform under test, so that a test can forge one. */
export const tokenSecret = "a secret of the tests, 32 bytes or more";

/** Many tests from one address must not be limited; the limits have tests of their own. */
export const testSettings = {
	JWT_SECRET: tokenSecret,
	RATE_LIMIT_PER_MINUTE: "1000000",
	ANONYMOUS_LIMIT_PER_MINUTE: "1000000",
	LOGIN_LIMIT_PER_MINUTE: "1000000",
};

const admins = new Map<string, Promise<ApiClient>>();

/** The first admin, signed in once a file. */
export async function adminOf({ url, admin }: Instance): Promise<ApiClient> {
	const known = admins.get(url) ?? signedIn(url, admin.email, admin.password);
	admins.set(url, known);
	return await known;
}

export async function newPerson(instance: Instance, role: Role = "user"): Promise<Person> {
	const admin = await adminOf(instance);
	const name = randomUUID();
	const email = `${name}@example.com`;
	const password = `password of ${name}`;
	const { id } = await admin.call("POST", "/api/v1/users", { email, username: name, password, role });
	return Object.assign(await signedIn(instance.url, email, password), { id, email, password });
}

async function signedIn(url: string, email: string, password: string): Promise<ApiClient> {
	const client = new ApiClient(url);
	await client.signIn(email, password);
	return client;
}
