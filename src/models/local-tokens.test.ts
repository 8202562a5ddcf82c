import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countPrompt, countTokens, tokenMeter, tokensOf } from "./local-tokens.ts";

const text = fc.string({
	unit: fc.oneof(fc.constantFrom(" ", "\n", "a", "é", "1", "-", "好"), fc.string({ unit: "binary" })),
});

describe("tokensOf", () => {
	it.each([
		["", []],
		["Hello, world!", ["Hello", ",", " world", "!"]],
		["internationalization", ["internationa", "lization"]],
		["  two  spaces ", ["  two", "  spaces", " "]],
		["naïve 好", ["naïve", " 好"]],
	])("%j is %j", (text, tokens) => {
		expect(tokensOf(text)).toEqual(tokens);
	});

	it("loses nothing", () => {
		fc.assert(
			fc.property(text, (text) => {
				expect(tokensOf(text).join("")).toBe(text);
			}),
		);
	});

	it("takes time in proportion to the text", () => {
		expect(countTokens(" ".repeat(1_000_000))).toBe(1);
	});
});

describe("tokenMeter", () => {
	it("counts a text in pieces like the whole", () => {
		fc.assert(
			fc.property(fc.array(text), (pieces) => {
				const meter = tokenMeter();
				expect(pieces.map((piece) => meter.take(piece))).toEqual(pieces);
				expect(meter.count()).toBe(countTokens(pieces.join("")));
			}),
		);
	});

	it("cuts a text in pieces where it would cut the whole", () => {
		fc.assert(
			fc.property(fc.array(text), fc.nat(20), (pieces, limit) => {
				const meter = tokenMeter(limit);
				const taken = pieces.map((piece) => meter.take(piece)).join("");
				expect(taken).toBe(tokensOf(pieces.join("")).slice(0, limit).join(""));
				expect(meter.count()).toBeLessThanOrEqual(limit);
			}),
		);
	});
});

describe("countPrompt", () => {
	it("counts messages, calls, results and tools", () => {
		const call = { toolCallId: "call_1", toolName: "add" };
		const count = countPrompt({
			prompt: [
				{ role: "system", content: "Be brief." },
				{ role: "user", content: [{ type: "text", text: "Add 1" }] },
				{ role: "assistant", content: [{ type: "tool-call", ...call, input: { a: 1 } }] },
				{ role: "tool", content: [{ type: "tool-result", ...call, output: { type: "text", value: "2" } }] },
			],
		});
		expect(count).toBe(
			countTokens("Be brief.") +
				countTokens("Add 1") +
				countTokens('{"a":1}') +
				countTokens('{"type":"text","value":"2"}'),
		);
	});
});
