import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { batchesOf, halvesOf } from "./batches.ts";

const bytesOf = (texts: readonly string[]): number => new TextEncoder().encode(texts.join("")).length;
const someTexts = fc.array(fc.string({ unit: "grapheme", maxLength: 20 }), { maxLength: 40 });

describe("batchesOf", () => {
	it("keeps every text, in its place, within the limits, and never closes a batch early", () => {
		fc.assert(
			fc.property(someTexts, fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 60 }), (texts, most, bytes) => {
				const batches = batchesOf(texts, { texts: most, bytes });
				expect(batches.flatMap((batch) => batch.texts)).toEqual(texts);
				batches.forEach((batch, index) => {
					expect(texts.slice(batch.start, batch.start + batch.texts.length)).toEqual(batch.texts);
					expect(batch.texts.length).toBeLessThanOrEqual(most);
					if (batch.texts.length > 1) expect(bytesOf(batch.texts)).toBeLessThanOrEqual(bytes);
					const next = batches[index + 1]?.texts[0];
					if (next === undefined) return;
					expect(batch.texts.length === most || bytesOf([...batch.texts, next]) > bytes).toBe(true);
				});
			}),
		);
	});
});

describe("halvesOf", () => {
	it("keeps the places", () => {
		expect(halvesOf({ start: 10, texts: ["a", "b", "c"] })).toEqual([
			{ start: 10, texts: ["a", "b"] },
			{ start: 12, texts: ["c"] },
		]);
	});
});
