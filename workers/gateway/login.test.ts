import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { sha256 } from "#core/crypto";
import { addressLimitOf } from "./context.ts";
import { bearer, bindings, newUser, post, send } from "./testing.ts";

const path = "/api/auth/login";
const password = "correct horse battery";
const trusting = { TRUST_CF_CONNECTING_IP: "true", LOGIN_LIMIT_PER_MINUTE: "1000" };

function logIn(email: string, word = password, address = "192.0.2.1", more: object = {}) {
	return post(path, { email, password: word, ...more }, { "cf-connecting-ip": address }, trusting);
}

async function fail(email: string, times: number, address?: string): Promise<number[]> {
	const statuses: number[] = [];
	for (let i = 0; i < times; i++) statuses.push((await logIn(email, "wrong", address)).status);
	return statuses;
}

describe("specification 2.1: login", () => {
	test("answers token, user and expiry; rememberMe lasts 30 days", async () => {
		const user = await newUser();
		const response = await logIn(user.email);
		const body = await response.json<{ token: string; expiresAt: string }>();
		expect(body).toEqual({
			token: expect.stringMatching(/^ey/),
			user: { id: user.id, email: user.email, role: "user" },
			expiresAt: expect.stringMatching(/Z$/),
		});
		expect(Date.parse(body.expiresAt) - Date.now()).toBeCloseTo(12 * 3_600_000, -4);
		expect((await send("/api/auth/me", { headers: bearer(body.token) })).status).toBe(200);

		const remembered = await logIn(user.email, password, undefined, { rememberMe: true });
		const { expiresAt } = await remembered.json<{ expiresAt: string }>();
		expect(Date.parse(expiresAt) - Date.now()).toBeCloseTo(30 * 86_400_000, -5);
	});

	test("the first admin comes from the settings, once", async () => {
		const vars = { ADMIN_EMAIL: "Root@Example.com", ADMIN_PASSWORD: "first admin's password" };
		const request = { email: "root@example.com", password: vars.ADMIN_PASSWORD };
		for (let i = 0; i < 2; i++) {
			const response = await post(path, request, {}, { ...vars, LOGIN_LIMIT_PER_MINUTE: "1000" });
			expect(await response.json()).toMatchObject({ user: { email: "root@example.com", role: "admin" } });
		}
	});

	test.each([
		["not JSON", 400, "{"],
		["nothing", 400, ""],
		["no password", 422, '{"email":"a@b.c"}'],
		["a number as password", 422, '{"email":"a@b.c","password":1}'],
		["nested deeply", 400, `{"email":${"[".repeat(10_000)}${"]".repeat(10_000)}}`],
		["a huge number", 422, '{"email":1e400,"password":"x"}'],
		["a prototype", 422, '{"__proto__":{"email":"a@b.c","password":"x"}}'],
	])("%s: %i", async (_, status, body) => {
		const headers = { "content-type": "application/json" };
		const response = await send(path, { method: "POST", body, headers }, trusting);
		expect(response.status).toBe(status);
		expect(response.headers.get("content-type")).toBe("application/problem+json");
	});
});

describe("safety: lockout", () => {
	test("known and unknown emails: same statuses, same body", async () => {
		const bodies = await Promise.all(
			[(await newUser()).email, `${crypto.randomUUID()}@example.com`].map(async (email) => {
				const statuses = await fail(email, 5);
				const locked = await logIn(email);
				const { traceId: _, ...body } = await locked.json<Record<string, unknown>>();
				expect(Number(locked.headers.get("retry-after"))).toBeGreaterThan(800);
				return { statuses, status: locked.status, body };
			}),
		);
		expect(bodies[0]).toEqual(bodies[1]);
		expect(bodies[0]).toMatchObject({
			statuses: [401, 401, 401, 401, 401],
			status: 429,
			body: { code: "account_locked" },
		});
	}, 20_000);

	test("known and unknown emails take the same time", async () => {
		const times = { known: 0, unknown: 0 };
		for (let i = 0; i < 2; i++) {
			for (const kind of ["known", "unknown"] as const) {
				const email = kind === "known" ? (await newUser()).email : `${crypto.randomUUID()}@example.com`;
				await scheduler.wait(350);
				const started = performance.now();
				await logIn(email, "wrong");
				times[kind] += performance.now() - started;
			}
		}
		expect(times.known / times.unknown).toBeGreaterThan(0.6);
		expect(times.known / times.unknown).toBeLessThan(1.6);
	}, 20_000);

	test("is not evaded by case, spaces, full-width letters or extra fields", async () => {
		const { email } = await newUser();
		const spellings = [email, email.toUpperCase(), ` ${email} `, email.replace("e", "ｅ"), `${email}\t`];
		for (const spelling of spellings) expect((await logIn(spelling, "wrong")).status).toBe(401);
		expect((await logIn(email, password, undefined, { role: "admin", id: "usr_x" })).status).toBe(429);
	}, 20_000);

	test("is not turned against the owner at another address, nor against a session", async () => {
		const user = await newUser();
		const { token } = await (await logIn(user.email)).json<{ token: string }>();
		await fail(user.email, 5, "198.51.100.7");
		expect((await logIn(user.email, password, "198.51.100.7")).status).toBe(429);
		expect((await logIn(user.email, password, "192.0.2.1")).status).toBe(200);
		expect((await send("/api/auth/me", { headers: bearer(token) })).status).toBe(200);
	}, 20_000);

	test("a forwarded address is believed only where the deployment says so", async () => {
		const { email } = await newUser();
		for (let i = 0; i < 5; i++) {
			await post(path, { email, password: "wrong" }, { "cf-connecting-ip": `10.0.0.${i}`, "x-forwarded-for": `${i}` });
		}
		expect((await post(path, { email, password }, { "cf-connecting-ip": "10.0.0.99" })).status).toBe(429);
	}, 20_000);

	test("the right password clears earlier failures", async () => {
		const { email } = await newUser();
		await fail(email, 4);
		expect((await logIn(email)).status).toBe(200);
		await fail(email, 4);
		expect((await logIn(email)).status).toBe(200);
	}, 20_000);

	test("of 60 parallel guesses five are checked; of 8 right logins none is lost", async () => {
		const [one, other] = [await newUser(), await newUser()];
		const guesses = await Promise.all(Array.from({ length: 60 }, () => logIn(one.email, "wrong")));
		const statuses = guesses.map(({ status }) => status);
		expect(statuses.filter((status) => status === 401).length).toBe(5);
		expect(statuses.filter((status) => status === 429).length).toBe(55);

		const logins = await Promise.all(Array.from({ length: 8 }, () => logIn(other.email)));
		expect(logins.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200));
	}, 30_000);

	test("a disabled user gets the answer of a wrong password", async () => {
		const user = await newUser();
		await bindings.DB.prepare("UPDATE users SET is_active = 0 WHERE id = ?").bind(user.id).run();
		const response = await logIn(user.email);
		expect([response.status, (await response.json<{ code: string }>()).code]).toEqual([401, "invalid_credentials"]);
	});

	test("the email is forgotten when the last attempt is out of date", async () => {
		const email = `${crypto.randomUUID()}@example.com`;
		await fail(email, 1);
		const attempts = bindings.LOGIN_ATTEMPTS.getByName(await sha256(email));
		expect(await runDurableObjectAlarm(attempts)).toBe(true);
		expect(await attempts.reserve("x")).toMatchObject({ outcome: "reserved" });
	});
});

describe("safety: login limits", () => {
	test("an address may try so often a minute, across emails and evictions", async () => {
		const vars = { TRUST_CF_CONNECTING_IP: "true", LOGIN_LIMIT_PER_MINUTE: "10" };
		const headers = { "cf-connecting-ip": "203.0.113.5" };
		const tries = Array.from({ length: 30 }, (_, i) => post(path, { email: `x${i}` }, headers, vars));
		const statuses = (await Promise.all(tries)).map(({ status }) => status);
		expect(statuses.filter((status) => status === 422).length).toBe(10);
		expect(statuses.filter((status) => status === 429).length).toBe(20);
		const limit = addressLimitOf(bindings, `login:${await sha256("203.0.113.5")}`);
		await evictDurableObject(limit);
		const after = await post(path, { email: "x" }, headers, vars);
		expect(after.status).toBe(429);
		expect(Number(after.headers.get("retry-after"))).toBeGreaterThan(50);
	});
});
