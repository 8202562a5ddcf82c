/** Documents of many origins, and what must come of each; they lie beside the checkout, and are no part of it. */
import { describe, expect, it } from "vitest";
import { asAppError } from "#core/errors";
import type { ParsedDocument } from "./parsed-document.ts";
import { parseDocument } from "./parse-document.ts";
import { readCsv } from "./read-csv.ts";

interface Expected {
	file: string;
	outcome: "text" | "no-text" | "password" | "refuse" | "bounded";
	pages?: number;
	contains?: string[];
	contains_spaced?: string[];
	contains_any?: string[];
	once?: string[];
	main_without?: string[];
	password?: string;
	text_with_password?: string;
}

declare global {
	interface ImportMeta {
		/** Of Vite: modules by their paths. */
		glob(
			patterns: string | string[],
			options: { query: string; import: "default" },
		): Record<string, () => Promise<string>>;
	}
}

interface JsonCase {
	name: string;
	expect: "accept" | "reject" | "either";
	base64: string;
}

const folder = "../../../../shared/data/documents/";
/** Bundled with the tests, since workerd has no disk to read them from; empty where the folder is missing. */
const documents = import.meta.glob(["../../../../shared/data/documents/**/*.{pdf,docx,html,md,csv}"], {
	query: "?url&inline",
	import: "default",
});
const texts = import.meta.glob("../../../../shared/data/documents/**/*.{json,jsonl}", {
	query: "?raw",
	import: "default",
});

const isThere = `${folder}manifest.json` in texts;
if (!isThere) console.warn("The sample documents are not there (../shared/data/documents); their tests are skipped.");
const manifest: Expected[] = isThere ? JSON.parse(await textOf("manifest.json")) : [];
const jsonCases: JsonCase[] = isThere
	? (await textOf("json-suite.jsonl"))
			.trim()
			.split("\n")
			.map((line) => JSON.parse(line))
	: [];
const csvCases = Object.keys(documents).flatMap((path) => /csv-spectrum\/csvs\/(.+)\.csv$/.exec(path)?.[1] ?? []);

const of = (outcome: Expected["outcome"]) => manifest.filter((expected) => expected.outcome === outcome);

describe.skipIf(!isThere)("the sample documents", () => {
	it.each(of("text"))("$file has its text", async ({ file, ...expected }) => {
		const parsed = await parse(file);
		expectText(parsed, expected);
		expectSpans(parsed);
		if (expected.pages !== undefined) expect(parsed.pages).toHaveLength(expected.pages);
		if (file.startsWith("pdf/")) expect(parsed.pages!.length).toBeGreaterThan(0);
	});

	it.each(of("no-text"))("$file is told to have no text", async ({ file, pages }) => {
		await expect(parse(file)).rejects.toMatchObject({
			code: "invalid_input",
			message: expect.stringMatching(new RegExp(`^"${file}" has no text: its ${pages} pages have only pictures`)),
		});
	});

	it.each(of("password"))("$file wants its password", async ({ file, password, text_with_password: text }) => {
		await expect(parse(file)).rejects.toMatchObject({
			code: "invalid_input",
			message: `"${file}" is protected: it can be read only with its password.`,
		});
		await expect(parse(file, "wrong")).rejects.toMatchObject({
			message: `"${file}" is protected by another password.`,
		});
		expectText(await parse(file, password), { contains_spaced: [text!] });
	});

	it.each(of("refuse"))("$file is refused with its name and the reason", async ({ file }) => {
		await expect(parse(file)).rejects.toMatchObject({
			code: "invalid_input",
			message: expect.stringMatching(new RegExp(`^"${file}" (?:is empty|is damaged|cannot be read)`)),
		});
	});

	it.each(of("bounded"))("$file ends in some way", async ({ file }) => {
		const started = Date.now();
		const outcome = await parse(file).catch((failure: unknown) => asAppError(failure) ?? failure);
		if (outcome instanceof Error) expect(asAppError(outcome)?.message).toContain(file);
		else expect((outcome as ParsedDocument).blocks).not.toEqual([]);
		expect(Date.now() - started).toBeLessThan(10_000);
	});

	it.each(csvCases)("the table %s has its fields", async (name) => {
		const rows: Record<string, string>[] = [];
		const source = new TextDecoder().decode(await bytesOf(`csv-spectrum/csvs/${name}.csv`));
		readCsv(source, (row) => rows.push(Object.fromEntries(row.map(({ name, value }) => [name, value]))));
		expect(rows).toEqual(JSON.parse(await textOf(`csv-spectrum/json/${name}.json`)));
		const parsed = await parse(`csv-spectrum/csvs/${name}.csv`);
		for (const value of rows.flatMap((row) => Object.values(row))) {
			expect(parsed.text).toContain(value.replaceAll("\r\n", "\n"));
		}
	});

	it.each(jsonCases)("JSON: $name ($expect)", async ({ name, expect: expected, base64 }) => {
		const outcome = await parseDocument(Buffer.from(base64, "base64"), { name }).catch((failure: unknown) => failure);
		if (expected === "reject") expect(asAppError(outcome)?.message).toContain(`"${name}"`);
		else if (outcome instanceof Error) expect(expected === "either" && asAppError(outcome)?.code).toBe("invalid_input");
		else expectSpans(outcome as ParsedDocument);
		if (expected === "accept") expect(outcome).toMatchObject({ type: "json" });
	});
});

async function parse(file: string, password?: string): Promise<ParsedDocument> {
	return await parseDocument(await bytesOf(file), { name: file, password });
}

function expectText({ text }: ParsedDocument, expected: Partial<Expected>): void {
	const tight = comparable(text).replaceAll(/\s+/g, "");
	for (const phrase of expected.contains ?? []) expect(tight).toContain(comparable(phrase).replaceAll(/\s+/g, ""));
	const spaced = comparable(text).replaceAll(/\s+/g, " ");
	for (const phrase of expected.contains_spaced ?? []) expect(spaced).toContain(comparable(phrase));
	for (const phrase of expected.once ?? []) expect(spaced.split(comparable(phrase))).toHaveLength(2);
	for (const phrase of expected.main_without ?? []) expect(spaced).not.toContain(comparable(phrase));
	const any = expected.contains_any ?? [];
	if (any.length > 0) expect(any.some((phrase) => spaced.includes(comparable(phrase)))).toBe(true);
}

/** As the folder's README asks: compatibility forms, without marks that nobody sees. */
function comparable(text: string): string {
	return text.normalize("NFKC").replaceAll(/[\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/g, "");
}

/** Blocks in order, none blank, and nothing but white space outside them. */
function expectSpans({ text, blocks, pages = [], outline }: ParsedDocument): void {
	let end = 0;
	for (const block of blocks) {
		expect(text.slice(end, block.start).trim()).toBe("");
		expect(text.slice(block.start, block.end).trim()).not.toBe("");
		end = block.end;
	}
	expect(text.slice(end).trim()).toBe("");
	expect(blocks).not.toEqual([]);
	for (const { start, end } of pages) expect(start <= end && end <= text.length).toBe(true);
	for (const { start } of outline) expect(start).toBeLessThan(text.length);
}

async function bytesOf(file: string): Promise<Uint8Array> {
	const url = await documents[folder + file]!();
	return Buffer.from(url.slice(url.indexOf(",") + 1), "base64");
}

async function textOf(file: string): Promise<string> {
	return await texts[folder + file]!();
}
