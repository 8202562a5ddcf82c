import { evictDurableObject } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { sha256 } from "#core/crypto";
import { accountOf, addressLimitOf } from "./context.ts";
import { bearer, bindings, newKey, newUser, send, signIn } from "./testing.ts";

const path = "/api/v1/agents";
const vars = { RATE_LIMIT_PER_MINUTE: "100" };

async function count(times: number, request: () => Promise<Response>): Promise<Record<number, number>> {
	const responses = await Promise.all(Array.from({ length: times }, request));
	const counts: Record<number, number> = {};
	for (const { status } of responses) counts[status] = (counts[status] ?? 0) + 1;
	return counts;
}

describe("safety: rate limits", () => {
	test("500 parallel requests at a limit of 100: exactly 100 pass, sessions and keys together", async () => {
		const user = await newUser();
		const [token, key] = [await signIn(user), await newKey(user)];
		let turn = 0;
		const counts = await count(500, () => send(path, { headers: bearer(turn++ % 2 ? token : key) }, vars));
		expect(counts).toEqual({ 200: 100, 429: 400 });

		const refused = await send(path, { headers: bearer(token) }, vars);
		expect(await refused.json()).toMatchObject({ code: "rate_limited", status: 429 });
		expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(40);
		expect(refused.headers.get("ratelimit-policy")).toBe('"user";q=100;w=60');
		expect(refused.headers.get("ratelimit")).toMatch(/^"user";r=0;t=\d+$/);
	});

	test("an eviction gives nothing back", async () => {
		const user = await newUser();
		const token = await signIn(user);
		expect(await count(60, () => send(path, { headers: bearer(token) }, vars))).toEqual({ 200: 60 });
		await evictDurableObject(accountOf(bindings, user.id));
		const { 200: passed = 0 } = await count(100, () => send(path, { headers: bearer(token) }, vars));
		expect(passed).toBeLessThanOrEqual(40);
		expect(passed).toBeGreaterThan(30);
	});

	test("one user's limit is not another's", async () => {
		const [one, other] = [await signIn(await newUser()), await signIn(await newUser())];
		await count(110, () => send(path, { headers: bearer(one) }, vars));
		expect((await send(path, { headers: bearer(other) }, vars)).status).toBe(200);
	});

	test("without an identity the address counts, and forged ones are one address", async () => {
		const limited = { ANONYMOUS_LIMIT_PER_MINUTE: "20" };
		let address = 0;
		const forged = () => send(path, { headers: { "cf-connecting-ip": `10.1.1.${address++}` } }, limited);
		expect(await count(50, forged)).toEqual({ 401: 20, 429: 30 });
		await evictDurableObject(addressLimitOf(bindings, `anonymous:${await sha256("local")}`));
		expect(await count(5, forged)).toEqual({ 429: 5 });
		expect((await send(path, { headers: bearer(await signIn(await newUser())) }, limited)).status).toBe(200);
		expect((await send("/api/health", {}, limited)).status).toBe(200);
	});

	test("behind Cloudflare each address has its own limit", async () => {
		const limited = { ANONYMOUS_LIMIT_PER_MINUTE: "5", TRUST_CF_CONNECTING_IP: "true" };
		const from = (address: string) => () => send("/docs", { headers: { "cf-connecting-ip": address } }, limited);
		expect(await count(8, from("198.51.100.1"))).toEqual({ 200: 5, 429: 3 });
		expect(await count(5, from("198.51.100.2"))).toEqual({ 200: 5 });
	});
});
