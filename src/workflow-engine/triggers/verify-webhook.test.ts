import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { verifyWebhook } from "./verify-webhook.ts";

const secret = new Uint8Array(32).fill(3);
const other = new Uint8Array(32).fill(4);
const now = Date.parse("2026-05-01T12:00:00Z");

/** As the reference library of Standard Webhooks signs. */
function signed(key: Uint8Array, id: string, body: string, at = now): Record<string, string> {
	return {
		"webhook-id": id,
		"webhook-timestamp": String(Math.floor(at / 1_000)),
		"webhook-signature": new Webhook(key.toBase64()).sign(id, new Date(at), body),
	};
}

const verify = (headers: Record<string, string>, body: string) =>
	verifyWebhook(secret, { headers: new Headers(headers), body, now });

test("a message by the reference library is believed", async () => {
	const ids = fc.stringMatching(/^[!-~]{1,200}$/);
	await fc.assert(
		fc.asyncProperty(ids, fc.string({ unit: "grapheme", maxLength: 300 }), async (id, body) => {
			expect(await verify(signed(secret, id, body), body)).toBe(id);
		}),
		{ numRuns: 50 },
	);
});

test("what the specification shows as an example", async () => {
	const key = Uint8Array.fromBase64("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
	const headers = new Headers({
		"webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
		"webhook-timestamp": "1614265330",
		"webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
	});
	const message = { headers, body: '{"test": 2432232314}', now: 1_614_265_330_000 };
	expect(await verifyWebhook(key, message)).toBe("msg_p5jXN8AQM9LWM0D4loKWxJek");
});

test("one of several signatures is enough, and other versions do not matter", async () => {
	const headers = signed(secret, "m", "{}");
	const foreign = signed(other, "m", "{}")["webhook-signature"];
	const list = `v1a,${"A".repeat(86)}== ${foreign} v1,? ${headers["webhook-signature"]}`;
	expect(await verify({ ...headers, "webhook-signature": list }, "{}")).toBe("m");
});

test("within five minutes", async () => {
	for (const offset of [-299_000, 299_000])
		expect(await verify(signed(secret, "m", "{}", now + offset), "{}")).toBe("m");
});

describe("refused", () => {
	const good = signed(secret, "m", "{}");
	const without = (name: string) => Object.fromEntries(Object.entries(good).filter(([key]) => key !== name));
	test.each<[string, Record<string, string>]>([
		["no id", without("webhook-id")],
		["no timestamp", without("webhook-timestamp")],
		["no signature", without("webhook-signature")],
		["another id", { ...good, "webhook-id": "n" }],
		["an id that is too long", signed(secret, "m".repeat(201), "{}")],
		["another time", { ...good, "webhook-timestamp": String(now / 1_000 - 1) }],
		["no time", { ...good, "webhook-timestamp": "soon" }],
		["too old", signed(secret, "m", "{}", now - 301_000)],
		["too new", signed(secret, "m", "{}", now + 301_000)],
		["another's secret", signed(other, "m", "{}")],
		["another body", signed(secret, "m", "{ }")],
		["another version", { ...good, "webhook-signature": good["webhook-signature"]!.replace("v1,", "v2,") }],
		["an empty signature", { ...good, "webhook-signature": "v1," }],
		["half a signature", { ...good, "webhook-signature": good["webhook-signature"]!.slice(0, 23) }],
	])("%s", async (_, headers) => {
		await expect(verify(headers, "{}")).rejects.toMatchObject({ code: "unauthenticated" });
	});
});
