import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import { newToken } from "#core/ids";
import { refusalOf } from "#core/refusal-of.fixture";

afterEach(() => vi.useRealTimers());

const day = 86_400_000;

test("50 claims of one key at once name one run, which a crash does not change", async () => {
	const keys = env.KEYS.getByName(newToken());
	const claims = await Promise.all(Array.from({ length: 50 }, (_, i) => keys.claim("key", "same", `run_${i}`)));
	expect(new Set(claims).size).toBe(1);
	await evictDurableObject(keys);
	expect(await keys.claim("key", "same", "run_later")).toBe(claims[0]);
});

test("a key stands for one request: another one is refused, and does not take its place", async () => {
	const keys = env.KEYS.getByName(newToken());
	expect(await keys.claim("key", "one", "run_1")).toBe("run_1");
	expect(await refusalOf(keys.claim("key", "two", "run_2"))).toMatchObject({ code: "idempotency_key_reused" });
	expect(await keys.claim("key", "one", "run_3")).toBe("run_1");
	expect(await keys.claim("Key", "two", "run_2")).toBe("run_2");
});

test("the same key of another user is another key", async () => {
	const [ada, bob] = [newToken(), newToken()].map((user) => env.KEYS.getByName(user));
	expect(await ada!.claim("key", "one", "run_a")).toBe("run_a");
	expect(await bob!.claim("key", "two", "run_b")).toBe("run_b");
});

test("a key is kept for 24 hours, and then is free", async () => {
	vi.useFakeTimers({ toFake: ["Date"] });
	const keys = env.KEYS.getByName(newToken());
	await keys.claim("key", "one", "run_1");
	vi.setSystemTime(Date.now() + day - 1_000);
	expect(await keys.claim("key", "one", "run_2")).toBe("run_1");
	vi.setSystemTime(Date.now() + 1_000);
	expect(await keys.claim("key", "two", "run_3")).toBe("run_3");
});

test("the alarm clears what has expired, and comes back for the rest", async () => {
	vi.useFakeTimers({ toFake: ["Date"] });
	const keys = env.KEYS.getByName(newToken());
	await keys.claim("old", "one", "run_1");
	vi.setSystemTime(Date.now() + day / 2);
	await keys.claim("new", "one", "run_2");
	vi.setSystemTime(Date.now() + day / 2);
	expect(await runDurableObjectAlarm(keys)).toBe(true);
	expect(await keys.claim("new", "one", "run_3")).toBe("run_2");
	vi.setSystemTime(Date.now() + day);
	expect(await runDurableObjectAlarm(keys)).toBe(true);
	expect(await runDurableObjectAlarm(keys)).toBe(false);
});
