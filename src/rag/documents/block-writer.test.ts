import { describe, expect, it } from "vitest";
import { type BlockWriter, blockWriter } from "./block-writer.ts";
import { maxBlocks, maxTextLength } from "./limits.ts";

const tooManyParts = `"a" has more than ${maxBlocks} paragraphs, rows or other parts.`;
const tooMuchText = '"a" has more text than the 8 Mi characters that a document may have.';

describe("a table that does not end", () => {
	it.each<[what: string, part: (writer: BlockWriter) => void, most: number, message: string]>([
		["empty cells", (writer) => writer.openCell(), maxBlocks, tooManyParts],
		["lines of a cell", (writer) => writer.endBlock(), maxTextLength, tooMuchText],
		["text of a cell", (writer) => writer.text("a".repeat(1000)), maxTextLength / 1000, tooMuchText],
		[
			"cells with text",
			(writer) => {
				writer.openCell();
				writer.text("a".repeat(1000));
			},
			maxTextLength / 1000,
			tooMuchText,
		],
		[
			"tables in a cell",
			(writer) => {
				writer.openTable();
				writer.openRow();
			},
			maxTextLength,
			tooMuchText,
		],
	])("is refused while it is read: %s", (_, part, most, message) => {
		const writer = blockWriter("a");
		writer.openTable();
		writer.openRow();
		let parts = 0;
		expect(() => {
			while (parts <= 2 * most) {
				part(writer);
				parts++;
			}
		}).toThrow(expect.objectContaining({ code: "payload_too_large", message }));
		expect(parts).toBeLessThanOrEqual(most);
	});

	it("counts with what was read before it", () => {
		const writer = blockWriter("a");
		writer.text("a".repeat(maxTextLength - 100));
		writer.openTable();
		writer.openCell();
		expect(() => writer.text("a".repeat(200))).toThrow(tooMuchText);
	});

	it("counts no cells of rows that are written down already", () => {
		const writer = blockWriter("a");
		writer.openTable();
		for (let row = 0; row < 100_000; row++) {
			writer.openRow();
			for (const text of ["a", "b", "c"]) {
				writer.openCell();
				writer.text(text);
			}
		}
		writer.closeTable();
		expect(writer.blocks).toHaveLength(50);
	});
});
