import { describe, expect, it } from "vitest";
import { call, codeOf } from "#tools/standard/call-tool.fixture";
import { testStandardTools } from "#tools/standard/standard-tools.fixture";
import { buildUrl } from "./build-url.ts";
import { generateId } from "./generate-id.ts";
import { hashText } from "./hash-text.ts";
import { hmacText } from "./hmac-text.ts";
import { parseUrl } from "./parse-url.ts";
import { utilityTools } from "./utility-tools.ts";

testStandardTools(utilityTools);

describe("hash_text, hmac_text", () => {
	it.each([
		["sha-384", 96],
		["sha-512", 128],
		["sha-1", 40],
	])("%s has %i hexadecimal digits", async (algorithm, length) => {
		expect(((await call(hashText, { text: "a", algorithm })) as { hash: string }).hash).toHaveLength(length);
		expect(((await call(hmacText, { text: "a", key: "k", algorithm })) as { hmac: string }).hmac).toHaveLength(length);
	});

	it("refuses half a character and texts that are too long", async () => {
		expect(await codeOf(hashText, { text: "\ud800" })).toBe("invalid_input");
		expect(await codeOf(hmacText, { text: "", key: "\udc00" })).toBe("invalid_input");
		expect(hashText.input.safeParse({ text: "a".repeat(100_001) }).success).toBe(false);
		expect(hmacText.input.safeParse({ text: "a", key: "" }).success).toBe(false);
	});
});

describe("url_parse, url_build", () => {
	it.each([{ url: "no url" }, { url: "/path" }, { url: "https://" }, { url: "/a", base: "/b" }])(
		"refuses $url",
		async (input) => {
			expect(await codeOf(parseUrl, input)).toBe("invalid_input");
		},
	);

	it("bears a stray percent sign", async () => {
		expect(await call(parseUrl, { url: "https://example.com/100%" })).toMatchObject({ segments: ["100%"] });
	});

	it.each([
		{ base: "javascript:alert(1)" },
		{ base: "/relative" },
		{ base: "https://example.com/a/", path: [".."] },
		{ base: "https://example.com", path: ["\ud800"] },
	])("builds nothing of number %#", async (input) => {
		expect(await codeOf(buildUrl, input)).toBe("invalid_input");
	});

	it("keeps a segment one segment", async () => {
		const { url } = (await call(buildUrl, { base: "https://example.com/a/", path: ["../b?c#d"] })) as { url: string };
		expect(await call(parseUrl, { url })).toMatchObject({ segments: ["a", "../b?c#d"], query: [], fragment: "" });
	});

	it("refuses to build what is too long", async () => {
		const query = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`p${index}`, "x".repeat(1_000)]));
		expect(await codeOf(buildUrl, { base: "https://example.com", query })).toBe("limit_exceeded");
	});
});

describe("id_generate", () => {
	it("makes as many different ids as asked for", async () => {
		const { ids } = (await call(generateId, { prefix: "inv", count: 100 })) as { ids: string[] };
		expect(new Set(ids).size).toBe(100);
		expect(ids.every((id) => /^inv_[0-9A-Za-z]{22}$/.test(id))).toBe(true);
		const { ids: uuids } = (await call(generateId, { count: 2 })) as { ids: string[] };
		expect(uuids.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id))).toBe(
			true,
		);
	});

	it("refuses too many, and prefixes that are none", () => {
		expect(generateId.input.safeParse({ count: 101 }).success).toBe(false);
		expect(generateId.input.safeParse({ prefix: "a_b" }).success).toBe(false);
	});
});
