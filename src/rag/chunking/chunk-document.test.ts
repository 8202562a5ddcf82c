import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDocument } from "#rag/documents/parse-document";
import type { Block, BlockType, ParsedDocument } from "#rag/documents/parsed-document";
import { chunkDocument } from "./chunk-document.ts";
import { ChunkingConfig } from "./chunking-config.ts";
import { weightOf, weightOfTokens } from "./token-weight.ts";

const config = (given: Partial<ChunkingConfig> = {}) => ChunkingConfig.parse(given);

async function markdown(source: string): Promise<ParsedDocument> {
	return await parseDocument(new TextEncoder().encode(source), { name: "page.md" });
}

function tokensIn(text: string): number {
	return weightOf(text, 0, text.length) / weightOfTokens(1);
}

/** A document of the blocks given, one after the other. */
function documentOf(parts: { type: BlockType; text: string; level?: number }[]): ParsedDocument {
	const blocks: Block[] = [];
	let text = "";
	for (const { text: part, ...kind } of parts) {
		if (part.trim() === "") continue;
		if (text !== "") text += "\n\n";
		blocks.push({ ...kind, start: text.length, end: text.length + part.length });
		text += part;
	}
	return { type: "text", text, blocks, outline: [] };
}

const sentence = "The quick brown fox jumps over the lazy dog near the old river bank. ";

describe("chunks by structure", () => {
	it("keep a heading with what follows it", async () => {
		const document = await markdown(
			`# Guide\n\n${sentence.repeat(6)}\n\n## Install\n\n${sentence.repeat(6)}\n\n### Linux\n\n${sentence.repeat(6)}\n`,
		);
		const chunks = chunkDocument(document, config({ size: 120, overlap: 0 }));
		expect(chunks.map(({ text }) => text.split("\n")[0])).toEqual(["# Guide", "## Install", "### Linux"]);
	});

	it("let a section that is too short share a chunk with the next", async () => {
		const document = await markdown("# A\n\nOne.\n\n# B\n\nTwo.\n\n# C\n\nThree.\n");
		expect(chunkDocument(document, config({ size: 64 }))).toMatchObject([
			{ start: 0, end: document.text.trimEnd().length },
		]);
	});

	it("cut a long paragraph between sentences, and repeat whole ones where they overlap", async () => {
		const document = await markdown(
			Array.from({ length: 30 }, (_, at) => `Number ${at} is one of many sentences here.`).join(" "),
		);
		const chunks = chunkDocument(document, config({ size: 64, overlap: 16 }));
		expect(chunks.length).toBeGreaterThan(4);
		for (const { text } of chunks) expect(text).toMatch(/^Number \d+ is .* here\.$/);
		for (const [at, { start }] of chunks.slice(1).entries()) expect(start).toBeLessThan(chunks[at]!.end);
	});

	it("keep a table whole up to the larger size, and cut a longer one between rows", async () => {
		const table = (rows: number) => `| a | b |\n| - | - |\n${"| one cell | other cell |\n".repeat(rows)}`;
		const limits = config({ size: 64, maxSize: 200, overlap: 0 });
		const whole = chunkDocument(await markdown(`Before.\n\n${table(12)}\n\nAfter.\n`), limits);
		expect(whole.map(({ text }) => text)).toEqual(["Before.", table(12).trim(), "After."]);
		const cut = chunkDocument(await markdown(table(200)), limits);
		expect(cut.length).toBeGreaterThan(5);
		for (const { text } of cut) expect(text).toMatch(/^\|.*\|$/s);
	});

	it("name the pages on which they begin and end", () => {
		const document = documentOf(
			Array.from({ length: 4 }, () => ({ type: "paragraph" as const, text: sentence.trim() })),
		);
		const [one, two, three, four] = document.blocks as [Block, Block, Block, Block];
		const pages = [
			{ number: 1, start: one.start, end: one.end },
			{ number: 2, start: two.start, end: three.end },
			{ number: 3, start: three.end, end: three.end },
			{ number: 4, start: four.start, end: four.end },
		];
		const chunks = chunkDocument({ ...document, pages }, config({ size: 36, overlap: 0 }));
		expect(chunks.map(({ page, pageEnd }) => [page, pageEnd])).toEqual([
			[1, 2],
			[2, 4],
		]);
	});
});

describe("chunks by tokens", () => {
	it("are of one size, cut between words, and overlap", () => {
		const document = documentOf([{ type: "paragraph", text: sentence.repeat(50) }]);
		const chunks = chunkDocument(document, config({ strategy: "tokens", size: 100, overlap: 20 }));
		for (const [at, { start, text }] of chunks.entries()) {
			expect(text).toMatch(/^\w.*[\w.]$/);
			if (at === 0) continue;
			const repeated = document.text.slice(start, chunks[at - 1]!.end);
			expect(tokensIn(repeated)).toBeGreaterThan(0);
			expect(tokensIn(repeated)).toBeLessThanOrEqual(20);
		}
	});
});

describe("parent windows", () => {
	it("hold whole chunks, and neighbours share one", async () => {
		const document = await markdown(`${sentence.repeat(4)}\n\n`.repeat(40));
		const chunks = chunkDocument(document, config({ size: 80, overlap: 20, parentWindow: 400 }));
		const windows = new Set(chunks.map(({ parent }) => JSON.stringify(parent)));
		expect(windows.size).toBeLessThan(chunks.length / 2);
		for (const { start, end, parent } of chunks) {
			expect(parent!.start <= start && end <= parent!.end).toBe(true);
			expect(tokensIn(document.text.slice(parent!.start, parent!.end))).toBeLessThanOrEqual(400);
		}
	});
});

const anyConfig = fc
	.record({
		strategy: fc.constantFrom("structure" as const, "tokens" as const),
		size: fc.integer({ min: 16, max: 80 }),
		overlapShare: fc.integer({ min: 0, max: 50 }),
		maxShare: fc.integer({ min: 100, max: 300 }),
		parentShare: fc.option(fc.integer({ min: 100, max: 400 }), { nil: undefined }),
	})
	.map(({ strategy, size, overlapShare, maxShare, parentShare }) => {
		const maxSize = Math.floor((size * maxShare) / 100);
		return ChunkingConfig.parse({
			...{ strategy, size, maxSize },
			overlap: Math.floor((size * overlapShare) / 100),
			parentWindow: parentShare === undefined ? undefined : Math.floor((maxSize * parentShare) / 100),
		});
	});

const anyText = fc.array(
	fc.oneof(
		{
			weight: 6,
			arbitrary: fc.constantFrom(
				"word",
				"Another sentence ends here.",
				"这是一个句子。",
				"naïve",
				"🦊👩‍👩‍👧",
				"x".repeat(90),
			),
		},
		{ weight: 3, arbitrary: fc.constantFrom(" ", "\n", "\t", "   \n  ", "\u00A0") },
		{ weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 20 }).map((text) => text.toWellFormed()) },
	),
	{ maxLength: 80 },
);

const anyDocument = fc
	.array(
		fc.record({
			type: fc.constantFrom<BlockType>("heading", "paragraph", "list_item", "table", "record", "code"),
			level: fc.integer({ min: 1, max: 6 }),
			text: anyText.map((parts) => parts.join("").trim()),
		}),
		{ maxLength: 12 },
	)
	.map(documentOf);

describe("chunks of any document", () => {
	it("are spans of its text, in order, within the size, and have every character that is not blank", () => {
		fc.assert(
			fc.property(anyDocument, anyConfig, (document, limits) => {
				const chunks = chunkDocument(document, limits);
				let covered = 0;
				let last = -1;
				for (const [index, chunk] of chunks.entries()) {
					expect(chunk.index).toBe(index);
					expect(chunk.text).toBe(document.text.slice(chunk.start, chunk.end));
					expect(chunk.text.trim()).toBe(chunk.text);
					expect(chunk.text.isWellFormed()).toBe(true);
					expect(chunk.start > last && chunk.end > covered).toBe(true);
					expect(document.text.slice(covered, chunk.start).trim()).toBe("");
					const most = limits.strategy === "tokens" ? limits.size : limits.maxSize!;
					expect(tokensIn(chunk.text)).toBeLessThanOrEqual(most);
					[last, covered] = [chunk.start, chunk.end];
				}
				expect(document.text.slice(covered).trim()).toBe("");
			}),
			{ numRuns: 500 },
		);
	});

	it("are the same every time", () => {
		fc.assert(
			fc.property(anyDocument, anyConfig, (document, limits) => {
				expect(chunkDocument(document, limits)).toEqual(chunkDocument(document, limits));
			}),
			{ numRuns: 50 },
		);
	});

	it("larger than the size are single tables, records, pieces of code, or a heading with one paragraph", () => {
		fc.assert(
			fc.property(anyDocument, anyConfig, (document, limits) => {
				for (const { start, end, text } of chunkDocument(document, { ...limits, strategy: "structure" })) {
					if (tokensIn(text) <= limits.size) continue;
					const bodies = document.blocks.filter(
						(block) => block.type !== "heading" && block.start < end && block.end > start,
					);
					expect(bodies).toHaveLength(1);
				}
			}),
			{ numRuns: 200 },
		);
	});
});

describe("the time that chunking takes", () => {
	const documents: [string, string][] = [
		["a megabyte without a blank", "a".repeat(1_000_000)],
		["a megabyte of blanks between two words", `a${" ".repeat(1_000_000)}b`],
		["100,000 short lines", "a line\n".repeat(100_000)],
		["100,000 paragraphs", "a paragraph\n\n".repeat(100_000)],
		["a megabyte of full stops", ".".repeat(1_000_000)],
		["a megabyte of Chinese without a full stop", "字".repeat(1_000_000)],
	];

	it.each(documents)("is short for %s, and every character is there", async (_, source) => {
		for (const strategy of ["structure", "tokens"] as const) {
			const document = await parseDocument(new TextEncoder().encode(source), { name: "long.txt" });
			const started = Date.now();
			const chunks = chunkDocument(document, config({ strategy, size: 64, overlap: 32 }));
			// The clock of a Worker moves only while it waits.
			await new Promise((resolve) => setTimeout(resolve, 1));
			expect(Date.now() - started).toBeLessThan(3000);
			let covered = 0;
			for (const { start, end } of chunks) {
				expect(document.text.slice(covered, start).trim()).toBe("");
				covered = end;
			}
			expect(document.text.slice(covered).trim()).toBe("");
		}
	});
});

describe("the configuration", () => {
	it("has defaults, and refuses what cannot be", () => {
		expect(config()).toEqual({ strategy: "structure", size: 256, overlap: 32 });
		const wrong = [
			{ size: 8 },
			{ size: 64, overlap: 33 },
			{ size: 64, maxSize: 63 },
			{ size: 64, parentWindow: 100 },
			{ sizes: 3 },
		];
		for (const given of wrong) expect(ChunkingConfig.safeParse(given).success).toBe(false);
	});
});
