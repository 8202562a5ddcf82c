import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keywordQuery } from "#rag/retrieval/keyword-query";
import { ada, chunkOf, idsOf, newIndex, put } from "./index.fixture.ts";

async function found(texts: string[], query: string): Promise<string[]> {
	const index = newIndex();
	await put(
		index,
		texts.map((text) => chunkOf(text, { text })),
	);
	return idsOf(await index.search({ mode: "keyword", text: query, limit: 100, access: ada }));
}

describe("keyword search", () => {
	test.for([
		["Der Käse", "kase"],
		["running", "runs"],
		["私は東京都に住んでいます", "東京"],
		["日本語とEnglishの文", "english"],
		["ข้อความภาษาไทย", "ภาษา"],
		["한국어 문장", "한국어"],
		["an owl 🦉 at night", "🦉 owl"],
		["to be or not to be", "to be"],
		["C'est l'été", "été"],
		["नमस्ते दुनिया", "नमस्ते"],
	] as const)("in %j finds %j", async ([text, query]) => {
		expect(await found([text, "something else"], query)).toEqual([text]);
	});

	test("does not find the characters of a word in another order", async () => {
		expect(await found(["京都と東北"], "東京")).toEqual([]);
	});

	test("takes any text for a question", { timeout: 30_000 }, async () => {
		const index = newIndex();
		await put(index, [chunkOf("a", { text: "A needle in a haystack." })]);
		const noise = fc.oneof(
			fc.string({ unit: "binary", maxLength: 200 }),
			fc.string({ maxLength: 50 }),
			fc.constantFrom(
				"AND",
				"NOT x",
				"NEAR(",
				"title:",
				"^a",
				"a*",
				"{a b}:c",
				'"',
				"--",
				"; DROP TABLE words",
				"?1",
				"\0",
			),
		);
		await fc.assert(
			fc.asyncProperty(fc.array(noise, { maxLength: 20 }), async (parts) => {
				const text = `${parts.join(" ")} needle`;
				const hits = await index.search({ mode: "keyword", text, limit: 10, access: ada });
				// What stands in front can be so much that the needle is beyond what is looked for.
				if (keywordQuery(text)?.includes('"needle"')) expect(idsOf(hits)).toEqual(["a"]);
			}),
			{ numRuns: 200 },
		);
	});
});
