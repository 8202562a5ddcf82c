import fc from "fast-check";
import { expect, test } from "vitest";
import { derivedKey, seal, sealingKey, sha256, unseal } from "./crypto.ts";

const key = await sealingKey(crypto.getRandomValues(new Uint8Array(32)).toBase64());
const anyText = fc.string({ unit: "binary", maxLength: 200 });

test("sha256 of FIPS 180-4's example", async () => {
	expect(await sha256("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});

test("opens what it sealed", async () => {
	await fc.assert(
		fc.asyncProperty(anyText, anyText, async (rowId, secret) => {
			const sealed = await seal(key, rowId, secret);
			expect(await unseal(key, rowId, sealed)).toBe(secret);
		}),
	);
});

test("the same secret never seals to the same text", async () => {
	expect(await seal(key, "row", "secret")).not.toBe(await seal(key, "row", "secret"));
});

test("a secret moved to another row stays shut", async () => {
	await fc.assert(
		fc.asyncProperty(anyText, anyText, anyText, async (rowId, otherId, secret) => {
			fc.pre(rowId !== otherId);
			await expect(unseal(key, otherId, await seal(key, rowId, secret))).rejects.toThrow();
		}),
	);
});

test("a secret with one bit changed, cut short, or under another key stays shut", async () => {
	const otherKey = await sealingKey(crypto.getRandomValues(new Uint8Array(32)).toBase64());
	await fc.assert(
		fc.asyncProperty(anyText, fc.nat(), async (secret, position) => {
			const sealed = await seal(key, "row", secret);
			const bytes = Uint8Array.fromBase64(sealed);
			const bit = position % (bytes.length * 8);
			bytes[bit >> 3]! ^= 1 << (bit & 7);
			await expect(unseal(key, "row", bytes.toBase64())).rejects.toThrow();
			await expect(unseal(key, "row", bytes.subarray(0, position % bytes.length).toBase64())).rejects.toThrow();
			await expect(unseal(otherKey, "row", sealed)).rejects.toThrow();
		}),
	);
});

test.each([0, 16, 31, 33])("a sealing key has 32 bytes, not %i", async (length) => {
	await expect(sealingKey(new Uint8Array(length).toBase64())).rejects.toThrow();
});

test("a derived key is its purpose's alone, and always the same", async () => {
	const secret = new Uint8Array(32).fill(7).toBase64();
	const one = await derivedKey(secret, "one");
	expect(one).toHaveLength(32);
	expect(await derivedKey(secret, "one")).toEqual(one);
	expect(await derivedKey(secret, "another")).not.toEqual(one);
	expect(await derivedKey(new Uint8Array(32).fill(8).toBase64(), "one")).not.toEqual(one);
	expect(one.toBase64()).not.toBe(secret);
});
