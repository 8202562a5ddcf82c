import { expect, it } from "vitest";
import { locatedWords, tellingWords, wordsOf } from "./words.ts";

it.each([
	["Heat-transfer, in 2 slabs!", ["heat", "transfer", "in", "2", "slabs"]],
	["Ogród ÉTUDE Größe", ["ogrod", "etude", "große"]],
	["दिल्ली की", ["दिल्ली", "की"]],
	["東京は日本", ["東京", "京は", "は日", "日本"]],
	["iPhone的价格", ["iphone", "的价", "价格"]],
	["水", ["水"]],
	["한국어 문장", ["한국어", "문장"]],
	["…", []],
])("%s", (text, words) => {
	expect(wordsOf(text)).toEqual(words);
});

it("tells where the words stand, in the text as it was", () => {
	const text = "Größe: ﬁne 東京都";
	expect(locatedWords(text).map(({ start, end }) => text.slice(start, end))).toEqual(["Größe", "ﬁne", "東京", "京都"]);
});

it("leaves out small words unless there are no others", () => {
	expect(tellingWords("What is the price of it?")).toEqual(["price"]);
	expect(tellingWords("To be or not to be")).toEqual(["to", "be", "or", "not", "to", "be"]);
});
