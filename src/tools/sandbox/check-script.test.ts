/** What can be saved as a script, and what is said of what cannot. */
import { describe, expect, it } from "vitest";
import { asAppError } from "#core/errors";
import { checkScript, maxSourceBytes } from "./check-script.ts";

async function detailOf(source: string): Promise<string | undefined> {
	const error = await checkScript(source).then(() => undefined, asAppError);
	if (!error) return undefined;
	expect(error.code).toBe("invalid_input");
	expect(error.details.fields).toHaveLength(1);
	expect(error.details.fields?.[0]?.pointer).toBe("/source");
	return error.details.fields?.[0]?.detail;
}

describe("checkScript", () => {
	it.each([
		["export default (x) => x"],
		["export async function run(x) { return x }"],
		["const a = await Promise.resolve(1); export default () => a"],
		["export default function () { for (;;) {} }"],
		["export default () => fetch('https://a.example/')"],
		["export default function () { throw new Error('only when it is called') }"],
	])("takes %s", async (source) => {
		expect(await detailOf(source)).toBeUndefined();
	});

	it.each([
		["", /exactly one function/],
		["const a = 1", /exactly one function/],
		["export default 5", /exactly one function/],
		["export const run = {}", /exactly one function/],
		["export default () => 1; export const run = () => 1", /exactly one function/],
		["export default () => 1; export const limit = 5", /exactly one function/],
		["export function other() {}", /exactly one function/],
		["module.exports = () => 1", /ReferenceError in line 1/],
		["\n\nexport default () => { let x = ; }", /SyntaxError in line 3/],
		["export default (x: number) => x", /SyntaxError in line 1/],
		["export default () => 1;\nnull.x", /TypeError in line 2/],
		["import fs from 'node:fs'; export default () => 1", /node:fs/],
		["export default () => 1; await new Promise(() => {})", /nothing is left/],
		["export default () => 1; for (;;) {}", /250 ms/],
		["export default () => 1; 'x'.repeat(1e9)", /memory|length/],
		["export default () => 1; await fetch('https://a.example/')", /ReferenceError/],
	])("refuses %s", async (source, detail) => {
		expect(await detailOf(source)).toMatch(detail);
	});

	it("counts bytes, up to a hundred thousand", async () => {
		const source = "export default () => 1 //";
		expect(await detailOf(source + "x".repeat(maxSourceBytes - source.length))).toBeUndefined();
		expect(await detailOf(source + "é".repeat(maxSourceBytes / 2))).toMatch(/100000 bytes/);
	});
});
