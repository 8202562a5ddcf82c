import { expect, test } from "vitest";
import { randomBytes } from "./random-bytes.ts";

test("no byte is given out twice, and a later request changes no earlier answer", () => {
	const answers = Array.from({ length: 2_000 }, (_, i) => randomBytes((i % 30) + 16));
	const copies = answers.map((bytes) => bytes.toHex());
	for (const [i, bytes] of answers.entries()) expect(bytes).toHaveLength((i % 30) + 16);
	expect(new Set(copies.map((hex) => hex.slice(0, 32))).size).toBe(answers.length);
	randomBytes(4_096);
	expect(answers.map((bytes) => bytes.toHex())).toEqual(copies);
});
