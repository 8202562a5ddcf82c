import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asAppError } from "#core/errors";
import { protectedDocx } from "./docx/protected-docx.fixture.ts";
import { docxOf, documentXml, paragraph, pdfOf, pdfOfContents, relationsOf, utf8, zipOf } from "./documents.fixture.ts";
import type { ParsedDocument } from "./parsed-document.ts";
import { parseDocument } from "./parse-document.ts";

async function parse(content: Uint8Array | string, name = "file", contentType?: string): Promise<ParsedDocument> {
	return await parseDocument(typeof content === "string" ? utf8(content) : content, { name, contentType });
}

/** What each block is, and its text. */
function blocksOf({ text, blocks }: ParsedDocument): [kind: string, text: string][] {
	return blocks.map(({ type, level, start, end }) => [`${type}${level ?? ""}`, text.slice(start, end)]);
}

describe("the type of a document", () => {
	const page = "<!-- saved --><!DOCTYPE html><title>T</title><p>Text.</p>";
	const table = "a,b,c\n".repeat(6);
	it.each<[type: string, content: Uint8Array | string, name?: string, contentType?: string]>([
		["pdf", pdfOf([[[12, 50, 700, "Hello"]]]), "page.html", "text/html"],
		["docx", docxOf(paragraph("Hello")), "picture.png", "image/png"],
		["html", page, "notes.txt", "text/plain"],
		["html", `${page}%PDF-1.7`, "polyglot.pdf", "application/pdf"],
		["json", '{"a": [1]}', "notes.txt"],
		["csv", table, "table.csv"],
		["csv", table],
		["text", table, "table.txt"],
		["markdown", "plain", "notes.md"],
		["markdown", "# Title\n\nSee [this](https://example.com).\n"],
		["text", "One, two, three.\nFour.\n"],
		["text", "[not JSON]"],
		["html", "<p>A fragment.</p>", "part.html"],
	])("is %s by what is in it", async (type, content, name, contentType) => {
		expect(await parse(content, name, contentType)).toMatchObject({ type });
	});

	it.each<[what: string, content: Uint8Array, message: string]>([
		["a picture", Buffer.from("89504e470d0a1a0a", "hex"), '"file" is a PNG picture, which cannot be read.'],
		[
			"bytes",
			Uint8Array.from({ length: 999 }, (_, at) => (at * 7919) % 251),
			"is neither text nor a type that can be read.",
		],
		["a workbook", zipOf({ "[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<x/>" }), "is an Excel workbook"],
		["an archive", zipOf({ "a.txt": "Hello" }), "is a ZIP archive"],
	])("is refused where it is %s", async (_, content, message) => {
		await expect(parse(content)).rejects.toMatchObject({
			code: "unsupported_media_type",
			message: expect.stringContaining(message),
		});
	});

	it.each(["", " \n\t ", "\uFEFF"])("is refused where there is nothing in it: %j", async (content) => {
		await expect(parse(content, "empty.txt")).rejects.toMatchObject({
			code: "invalid_input",
			message: expect.stringMatching(/^"empty.txt" (?:is empty|has no text)\.$/),
		});
	});
});

describe("the encoding of a text", () => {
	const text = "Grüße, 世界 🦊\n\nZeile";
	const utf16 = (content: string) => Buffer.from(content, "utf16le");
	it.each<[string, Uint8Array, expected?: string]>([
		["UTF-8", utf8(text)],
		["UTF-8 with a mark", utf8(`\uFEFF${text}`)],
		["UTF-16 with a mark", utf16(`\uFEFF${text}`)],
		["UTF-16, the other way round", utf16(`\uFEFF${text}`).swap16()],
		["UTF-16 without a mark", utf16("Grüße, Zeile")],
		["Latin-1", Buffer.from("Grüße, Zeile", "latin1")],
	])("is %s", async (_, bytes) => {
		expect([text, "Grüße, Zeile"]).toContain((await parse(bytes, "a.txt")).text);
	});

	it("is the one that the file names, if it is not UTF-8", async () => {
		const cyrillic = Buffer.from("<html><meta charset=koi8-r><p>\xf0\xd2\xc9\xd7\xc5\xd4</p></html>", "latin1");
		expect((await parse(cyrillic)).text).toBe("Привет");
		expect(
			(await parse(Buffer.from("\x1b$B%F%9%H\x1b(B", "latin1"), "a.txt", "text/plain; charset=iso-2022-jp")).text,
		).toBe("テスト");
	});

	it("never leaves line ends of other systems, controls or halves of characters", async () => {
		const long = "x".repeat(200);
		expect((await parse(`a\r\nb\rc\u0000d${long}`, "a.txt")).text).toBe(`a\nb\nc d${long}`);
	});
});

describe("PDF", () => {
	it("has pages, headings by size, paragraphs by distance, whole words and a title", async () => {
		const parsed = await parse(
			pdfOf([
				[
					[24, 50, 740, "A large heading"],
					[12, 50, 700, "A paragraph whose lines be-"],
					[12, 50, 686, "long together."],
					[12, 50, 640, "Another one."],
				],
				[],
				[[12, 50, 700, "The last page."]],
			]),
		);
		expect(blocksOf(parsed)).toEqual([
			["heading1", "A large heading"],
			["paragraph", "A paragraph whose lines belong together."],
			["paragraph", "Another one."],
			["paragraph", "The last page."],
		]);
		expect(parsed.title).toBe("The title");
		expect(parsed.outline).toEqual([{ title: "A large heading", level: 1, start: 0 }]);
		const [first, second, third] = parsed.pages!;
		expect(parsed.text.slice(first!.start, first!.end)).toMatch(/^A large.*one\.$/s);
		expect(second!.end).toBe(second!.start);
		expect(parsed.text.slice(third!.start, third!.end)).toBe("The last page.");
	});

	it("has rows of a table in reading order, however they are drawn", async () => {
		const rows = ["Ada", "Alan"].flatMap((name, at): [number, number, number, string][] => [
			[10, 400, 700 - 20 * at, `${at}.50`],
			[10, 200, 700 - 20 * at, "London"],
			[10, 50, 700 - 20 * at, name],
		]);
		expect(blocksOf(await parse(pdfOf([rows])))).toEqual([["table", "Ada\tLondon\t0.50\nAlan\tLondon\t1.50"]]);
	});

	it("has the outline that it brings along, which also makes its headings", async () => {
		const pages: Parameters<typeof pdfOf>[0] = [
			[
				[12, 50, 700, "1. Scope"],
				[12, 50, 600, "Text."],
			],
			[[12, 50, 700, "2. Terms"]],
		];
		const parsed = await parse(
			pdfOf(pages, {
				catalog: "/Outlines 9 0 R",
				objects: [
					"<< /First 10 0 R /Last 11 0 R >>",
					"<< /Title (1 Scope) /Parent 9 0 R /Next 11 0 R /Dest [5 0 R /Fit] >>",
					"<< /Title (2 Terms) /Parent 9 0 R /Dest [7 0 R /Fit] >>",
				],
			}),
		);
		expect(blocksOf(parsed).map(([kind]) => kind)).toEqual(["heading1", "paragraph", "heading1"]);
		expect(parsed.outline.map(({ title, start }) => [title, parsed.text.slice(start, start + 8)])).toEqual([
			["1 Scope", "1. Scope"],
			["2 Terms", "2. Terms"],
		]);
	});

	it("of pictures alone is told to have no text", async () => {
		await expect(parse(pdfOf([[], []]), "scan.pdf")).rejects.toMatchObject({
			code: "invalid_input",
			message: '"scan.pdf" has no text: its 2 pages have only pictures, as a scan has. Recognise the text (OCR) first.',
		});
	});

	it("that becomes huge when it is unpacked is refused", async () => {
		const bomb = pdfOfContents([Buffer.alloc(40 * 1024 * 1024, "0 0 m ")]);
		expect(bomb.length).toBeLessThan(200_000);
		await expect(parse(bomb, "bomb.pdf")).rejects.toMatchObject({
			code: "invalid_input",
			message: '"bomb.pdf" has content that becomes too large when it is unpacked.',
		});
	});

	it("of more streams than any is refused, however small they are", async () => {
		const stream = Buffer.concat([utf8("stream\n"), deflateSync(""), utf8("\n")]);
		const bomb = Buffer.concat([pdfOf([[[12, 50, 700, "Hello"]]]), ...Array.from({ length: 70_000 }, () => stream)]);
		const started = Date.now();
		await expect(parse(bomb, "bomb.pdf")).rejects.toMatchObject({
			message: '"bomb.pdf" has content that becomes too large when it is unpacked.',
		});
		expect(Date.now() - started).toBeLessThan(5000);
	});

	it("stops when nobody wants it any more, also before its pages are read", async () => {
		const stream = Buffer.concat([utf8("stream\n"), deflateSync(""), utf8("\n")]);
		const bytes = Buffer.concat([pdfOf([[[12, 50, 700, "Hello"]]]), ...Array.from({ length: 60_000 }, () => stream)]);
		const controller = new AbortController();
		const started = Date.now();
		const parsing = parseDocument(bytes, { name: "a.pdf", signal: controller.signal });
		setTimeout(() => controller.abort(new Error("enough")));
		await expect(parsing).rejects.toThrow("enough");
		expect(Date.now() - started).toBeLessThan(2000);
	});

	it.each<[string, Uint8Array]>([
		["cut off", pdfOf([[[12, 50, 700, "Hello"]]]).subarray(0, 300)],
		["nothing but a mark", utf8("%PDF-1.7\n")],
		[
			"pages within themselves",
			utf8(
				Buffer.from(pdfOf([[]]))
					.toString("latin1")
					.replace("/Kids [5 0 R]", "/Kids [2 0 R]"),
			),
		],
		[
			"a count of pages that is not true",
			utf8(
				Buffer.from(pdfOf([[]]))
					.toString("latin1")
					.replace("/Count 1", "/Count 999999999"),
			),
		],
	])("that is damaged is refused: %s", async (_, bytes) => {
		await expect(parse(bytes, "bad.pdf")).rejects.toMatchObject({ message: expect.stringMatching(/^"bad.pdf" /) });
	});

	it("that draws itself again and again comes to an end", async () => {
		const itself = utf8("BT /F 12 Tf 50 700 Td (Hello) Tj ET /X Do /X Do /X Do");
		expect((await parse(pdfOfContents([itself]))).text).toBe("Hello");
	});

	it("whose drawings multiply without end is given up", { timeout: 20_000 }, async () => {
		const started = Date.now();
		await expect(parse(pdfOfDrawings(12, "BT /F 12 Tf 5 5 Td (Hello) Tj ET"), "endless.pdf")).rejects.toMatchObject({
			code: "limit_exceeded",
			message: '"endless.pdf" takes too long to read.',
		});
		expect(Date.now() - started).toBeLessThan(10_000);
	});

	it("stops when nobody wants it any more", async () => {
		const pages = Array.from({ length: 30 }, (): Parameters<typeof pdfOf>[0][number] => [[12, 50, 700, "Hello"]]);
		const controller = new AbortController();
		const parsing = parseDocument(pdfOf(pages), { name: "a.pdf", signal: controller.signal });
		setTimeout(() => controller.abort(new Error("enough")));
		await expect(parsing).rejects.toThrow("enough");
	});
});

describe("DOCX", () => {
	const styles = `<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
		<w:style w:styleId="Ttl"><w:name w:val="Title"/></w:style>
		<w:style w:styleId="H2"><w:name w:val="heading 2"/></w:style>
		<w:style w:styleId="Mine"><w:name w:val="My heading"/><w:basedOn w:val="H2"/></w:style></w:styles>`;

	it("has headings by style, lists, tables and notes, and not what was deleted or is hidden", async () => {
		const cell = (text: string) => `<w:tc>${paragraph(text)}</w:tc>`;
		const body =
			paragraph("A title", '<w:pStyle w:val="Ttl"/>') +
			paragraph("A section", '<w:pStyle w:val="Mine"/>') +
			`<w:p><w:pPr><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr><w:r><w:t>Kept</w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del>` +
			`<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r><w:r><w:tab/><w:t>&amp; told.</w:t><w:footnoteReference w:id="7"/></w:r></w:p>` +
			paragraph("An item", '<w:numPr><w:numId w:val="1"/></w:numPr>') +
			`<w:tbl><w:tr>${cell("Name")}${cell("Age")}</w:tr><w:tr>${cell("Ada")}${cell("36")}</w:tr></w:tbl>`;
		const note =
			'<w:footnotes xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"><w:footnote w:id="7"><w:p><w:r><w:t>By hand.</w:t></w:r></w:p></w:footnote></w:footnotes>';
		const parsed = await parse(
			docxOf(body, {
				"word/_rels/document.xml.rels": relationsOf({ styles: "styles.xml", footnotes: "/word/notes.xml" }),
				"word/styles.xml": styles,
				"word/notes.xml": note,
			}),
		);
		expect(blocksOf(parsed)).toEqual([
			["heading1", "A title"],
			["heading2", "A section"],
			["paragraph", "Kept\t& told.[1]"],
			["list_item", "An item"],
			["table", "Name | Age\nAda | 36"],
			["paragraph", "[1] By hand."],
		]);
		expect(parsed.title).toBe("A title");
	});

	it("with entities of its own is refused, and reads nothing from outside", async () => {
		const doctype = '<!DOCTYPE x [<!ENTITY xxe SYSTEM "file:///etc/passwd"><!ENTITY lol "lol">]>';
		const xxe = docxOf("", { "word/document.xml": documentXml(paragraph("&xxe;&lol;"), doctype) });
		await expect(parse(xxe, "xxe.docx")).rejects.toMatchObject({
			code: "invalid_input",
			message:
				'"xxe.docx" cannot be read as a Word document: it has a document type declaration, which no Word document may have.',
		});
		const external = relationsOf({ officeDocument: "http://127.0.0.1:9/evil.xml" }, 'TargetMode="External"');
		expect((await parse(docxOf(paragraph("Mine."), { "_rels/.rels": external }))).text).toBe("Mine.");
	});

	it("that a password protects is read with that password alone", async () => {
		const bytes = protectedDocx(docxOf(paragraph("A secret. ".repeat(2000))), "pässword");
		const read = (password?: string) => parseDocument(bytes, { name: "a.docx", password });
		expect((await read("pässword")).text).toMatch(/^A secret\./);
		await expect(read("password")).rejects.toMatchObject({ message: '"a.docx" is protected by another password.' });
		await expect(read()).rejects.toMatchObject({
			message: '"a.docx" is protected: it can be read only with its password.',
		});
		const endless = protectedDocx(docxOf(""), "a", 10);
		const patched = Buffer.from(
			Buffer.from(endless).toString("latin1").replace('spinCount="10"', 'spinCount="4294967295"'),
			"latin1",
		);
		await expect(parseDocument(patched, { name: "a.docx", password: "a" })).rejects.toMatchObject({
			code: "invalid_input",
		});
	});

	it("inside a damaged compound file is refused", () => {
		const whole = protectedDocx(docxOf(""), "a");
		return fc.assert(
			fc.asyncProperty(
				fc.array(fc.tuple(fc.nat(2047), fc.nat(255)), { maxLength: 4 }),
				fc.integer({ min: 8, max: whole.length }),
				async (changes, length) => {
					const bytes = Buffer.from(whole).subarray(0, length);
					for (const [at, byte] of changes) if (at >= 4 && at < length) bytes[at] = byte;
					const failure: unknown = await parseDocument(bytes, { name: "a.docx", password: "b" }).catch(
						(failure: unknown) => failure,
					);
					expect(asAppError(failure)?.message).toMatch(/^"a.docx" /);
				},
			),
			{ numRuns: 300 },
		);
	});

	it("inside a compound file whose list of tables goes round in a circle is refused", async () => {
		const file = Buffer.alloc(8 * 1024 * 1024);
		file.set(protectedDocx(docxOf(""), "a"));
		// The list goes on in the first sector, which says that it goes on there.
		file.writeUInt32LE(0, 68);
		file.fill(0, 512, 1024);
		await expect(parse(file, "a.docx")).rejects.toMatchObject({
			message: '"a.docx" cannot be read: it is damaged.',
		});
	});

	it("whose relations name parts in a way that is none is read or refused", async () => {
		const external = relationsOf({ officeDocument: "word/%zz.xml" });
		await expect(parse(docxOf("", { "_rels/.rels": external }), "a.docx")).rejects.toMatchObject({
			message: '"a.docx" cannot be read as a Word document: it has no document in it.',
		});
		const named = { "_rels/.rels": external, "word/%zz.xml": documentXml(paragraph("Hello")) };
		expect((await parse(docxOf("", named))).text).toBe("Hello");
	});

	it("has of its notes what a reader sees of them", async () => {
		const text = (content: string, properties = "") =>
			`<w:r><w:rPr>${properties}</w:rPr><w:t xml:space="preserve">${content}</w:t></w:r>`;
		const note = `<w:p>${text("Seen ")}<w:del>${text("deleted")}</w:del>${text("hidden", "<w:vanish/>")}
			<mc:AlternateContent><mc:Choice>${text("once")}</mc:Choice><mc:Fallback>${text("twice")}</mc:Fallback></mc:AlternateContent>
			<m:oMath><m:r><m:t>=x</m:t></m:r></m:oMath></w:p><w:p>${text("at last.")}</w:p>`;
		const footnotes = `<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"
			xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"
			xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><w:footnote w:id="7">${note}</w:footnote></w:footnotes>`;
		const parsed = await parse(
			docxOf('<w:p><w:r><w:t>Told.</w:t><w:footnoteReference w:id="7"/></w:r></w:p>', {
				"word/_rels/document.xml.rels": relationsOf({ footnotes: "notes.xml" }),
				"word/notes.xml": footnotes,
			}),
		);
		expect(parsed.text).toBe("Told.[1]\n\n[1] Seen once=x at last.");
	});

	it("that becomes huge when it is unpacked is refused, also where its directory lies", async () => {
		const data = Buffer.alloc(70 * 1024 * 1024, 0x20);
		for (const claimedSize of [undefined, 1000]) {
			const bomb = docxOf("", { "word/document.xml": { data, claimedSize } });
			expect(bomb.length).toBeLessThan(200_000);
			await expect(parse(bomb, "bomb.docx")).rejects.toMatchObject({
				code: "invalid_input",
				message: '"bomb.docx" cannot be read as a Word document: it becomes larger than 64 MiB when it is unpacked.',
			});
		}
	});

	it.each<[string, Uint8Array]>([
		["cut off", docxOf(paragraph("Hello")).subarray(0, 250)],
		["without a document", zipOf({ "[Content_Types].xml": "<Types/>" })],
		["without text", docxOf("")],
		["nested too deep", docxOf("<w:sdt>".repeat(5000))],
		[
			"with wrong data",
			Buffer.from(
				Buffer.from(docxOf(paragraph("Hello".repeat(99))))
					.toString("latin1")
					.replace(/(word\/document.xml).{9}/s, "$1xxxxxxxxx"),
				"latin1",
			),
		],
	])("that is damaged is refused: %s", async (_, bytes) => {
		await expect(parse(bytes, "bad.docx")).rejects.toMatchObject({
			code: "invalid_input",
			message: expect.stringMatching(/^"bad.docx" (?:cannot be read as a Word document: it|has no text)/),
		});
	});
});

describe("a document with a few wrong bytes", () => {
	// Of one page: PDF.js fetches the next one ahead, and lets go of that promise when it starts over.
	const documents: [type: string, content: Uint8Array][] = [
		[
			"PDF",
			pdfOf([
				[
					[24, 50, 700, "Heading"],
					[12, 50, 600, "Text."],
				],
			]),
		],
		["DOCX", docxOf(paragraph("Hello. ".repeat(50)))],
	];

	it.each(documents)("is read or refused, never empty: %s", { timeout: 60_000 }, async (_, whole) => {
		const damage = fc.tuple(fc.integer({ min: 8, max: whole.length - 1 }), fc.nat(255));
		await fc.assert(
			fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 6 }), async (changes) => {
				const bytes = Buffer.from(whole);
				for (const [at, byte] of changes) bytes[at] = byte;
				const outcome: unknown = await parse(bytes, "bad").catch((failure: unknown) => failure);
				if (outcome instanceof Error) expect(asAppError(outcome)?.message).toMatch(/^"bad" /);
				else expect((outcome as ParsedDocument).blocks).not.toEqual([]);
			}),
			{ numRuns: 300 },
		);
	});
});

describe("HTML", () => {
	const article = "<p>A paragraph that is long enough, with commas, to look like an article to its reader.</p>".repeat(
		8,
	);

	it("is its main content, without menus, scripts and what is hidden", async () => {
		const parsed = await parse(
			`<html><head><title>The page</title><script>evil()</script></head><body><nav><a href=/>Menu</a></nav>
			<article><h2>A heading</h2>${article}<p style="display:none">Hidden</p><ul><li>One<li>Two</ul>
			<table><tr><th>a<th>b<tr><td>1<td>2</table><pre>x  =  1\n\n  y</pre></article><footer>Imprint</footer></body></html>`,
		);
		expect(parsed.title).toBe("The page");
		expect(parsed.text).not.toMatch(/Menu|evil|Hidden|Imprint/);
		expect(blocksOf(parsed).filter(([kind]) => kind !== "paragraph")).toEqual([
			["heading2", "A heading"],
			["list_item", "One"],
			["list_item", "Two"],
			["table", "a | b\n1 | 2"],
			["code", "x  =  1\n\n  y"],
		]);
	});

	it("without an article is all that can be seen", async () => {
		expect((await parse("<body><nav>Only a menu</nav></body>")).text).toBe("Only a menu");
	});

	it.each([
		["nested without end", "<html><body>" + "<div>".repeat(200_000)],
		["of open tags", "<html>" + "<a ".repeat(500_000)],
		["of attributes", `<html><p ${Array.from({ length: 200_000 }, (_, at) => `a${at}=1`).join(" ")}>Text</p>`],
		["of entities", "<html><p>" + "&amp;".repeat(500_000)],
		["of a large table", `<html><table>${"<tr><td>1<td>2</tr>".repeat(100_000)}</table>`],
		["of many paragraphs", `<html>${"<p>a".repeat(100_000)}`],
	])("%s is read or refused in time", async (_, source) => {
		const started = Date.now();
		const outcome = await parse(source, "bad.html").catch((failure: unknown) => failure);
		await new Promise((resolve) => setTimeout(resolve, 1));
		expect(Date.now() - started).toBeLessThan(5000);
		if (outcome instanceof Error) expect(outcome.message).toMatch(/^"bad.html" /);
		else expect((outcome as ParsedDocument).blocks).not.toEqual([]);
	});
});

describe("Markdown", () => {
	it("is its own source, and its blocks are parts of it", async () => {
		const source = `---\ntitle: "The page"\n---\n# A *bold* [title](/x) #\n\nText\nof two lines.\n\n- one\n- two\n\n  more\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n\`\`\`js\n# no heading\n\`\`\`\n\nUnderlined\n---\n\n[x]: https://example.com\n`;
		const parsed = await parse(source, "page.md");
		expect(parsed).toMatchObject({ type: "markdown", title: "The page", text: source });
		expect(blocksOf(parsed)).toEqual([
			["code", '---\ntitle: "The page"\n---'],
			["heading1", "# A *bold* [title](/x) #"],
			["paragraph", "Text\nof two lines."],
			["list_item", "- one"],
			["list_item", "- two"],
			["list_item", "more"],
			["table", "| a | b |\n|---|---|\n| 1 | 2 |"],
			["code", "```js\n# no heading\n```"],
			["heading2", "Underlined\n---"],
			["paragraph", "[x]: https://example.com"],
		]);
		expect(parsed.outline.map(({ title }) => title)).toEqual(["A bold title", "Underlined"]);
	});

	it("of any size is cut where blocks end", async () => {
		const section = `## Part\n\nText.\n\n\`\`\`\n${"code\n\n".repeat(20)}\`\`\`\n\n`;
		const parsed = await parse(section.repeat(2000), "book.md");
		const kinds = new Map<string, number>();
		for (const { type } of parsed.blocks) kinds.set(type, (kinds.get(type) ?? 0) + 1);
		expect(Object.fromEntries(kinds)).toEqual({ heading: 2000, paragraph: 2000, code: 2000 });
	});

	it("of more rules than a document may have parts is refused", async () => {
		await expect(parse("***\n\n".repeat(250_000), "rules.md")).rejects.toMatchObject({
			code: "payload_too_large",
			message: '"rules.md" has more than 200000 paragraphs, rows or other parts.',
		});
	});

	it("of any kind has its blocks in order, with every character that is not blank", async () => {
		const piece = fc.constantFrom(
			"# ",
			"- ",
			"> ",
			"```\n",
			"| a | b |\n|--|--|\n",
			"\n\n",
			"    ",
			"1. ",
			"<div>\n",
			"word ",
			"[a]: b\n",
			"***\n",
			"é🦊",
			"\n---\n",
			"\n",
		);
		await fc.assert(
			fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 60 }), async (pieces) => {
				const source = `word ${pieces.join("")}`;
				const { text, blocks } = await parse(source, "any.md");
				let end = 0;
				for (const block of blocks) {
					expect(text.slice(end, block.start).trim()).toBe("");
					expect(text.slice(block.start, block.end)).toBe(text.slice(block.start, block.end).trim());
					expect(block.end).toBeGreaterThan(block.start);
					end = block.end;
				}
				expect(text.slice(end).trim()).toBe("");
			}),
			{ numRuns: 300 },
		);
	});
});

describe("CSV and JSON", () => {
	it("tell in every row what its fields are", async () => {
		expect(blocksOf(await parse('name;note\nAda;"one\n""two"""\n\nAlan;\n', "a.csv"))).toEqual([
			["record", 'name: Ada\nnote: one\n"two"'],
			["record", "name: Alan"],
		]);
		expect(blocksOf(await parse("1,2\n3,4\n", "a.csv"))).toEqual([
			["record", "column 1: 1\ncolumn 2: 2"],
			["record", "column 1: 3\ncolumn 2: 4"],
		]);
	});

	it.each(["\n", "\r\n", "\r"])("have rows whose lines end with %j", async (end) => {
		const { blocks, text } = await parse(`a,b,c${end}1,"2\n",3${end}${`1,2,3${end}`.repeat(5999)}`, "a.csv");
		expect(blocks).toHaveLength(6000);
		expect(text.startsWith("a: 1\nb: 2\n\nc: 3")).toBe(true);
	});

	it.each([
		["of another kind", "a\n", ",,,\r"],
		["of another kind", "a\r\n", ",,,\n"],
		["of another kind", "a\r", ",,,\n"],
		["in quotes", "a\n", '"\n",'],
	])("are refused where a row never ends but in line ends %s: %j, %j", async (_, start, piece) => {
		await expect(parse(start + piece.repeat(20_000), "a.csv")).rejects.toMatchObject({
			code: "payload_too_large",
			message: '"a.csv" has a line of more fields than a table can have here.',
		});
	});

	it("keep small objects whole, and take large ones apart under their names", async () => {
		const users = [1, 2, 3].map((id) => ({ id, name: "Zo\u00EB", about: "x".repeat(400) }));
		const source = JSON.stringify({ users }).replaceAll("ë", String.raw`\u00eb`);
		const parsed = await parse(source, "a.json");
		expect(JSON.parse(parsed.text)).toEqual({ users });
		expect(parsed.text).toContain('"name": "Zoë"');
		expect(blocksOf(parsed).map(([kind, text]) => `${kind} ${text.slice(0, 10)}`)).toEqual([
			"record {",
			'heading2 "users": [',
			...users.map(() => 'record {\n      "i'),
		]);
	});

	it("say the same as any JSON did, and have every character in a block", async () => {
		await fc.assert(
			fc.asyncProperty(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(undefined, 2), async (value, indent) => {
				const { text, blocks } = await parse(JSON.stringify(value, null, indent), "any.json");
				const mended = JSON.stringify(value).replaceAll(/[\u007F-\u009F]/g, " ");
				expect(JSON.stringify(JSON.parse(text))).toBe(JSON.stringify(JSON.parse(mended)));
				let end = 0;
				for (const block of blocks) {
					expect(text.slice(end, block.start).trim()).toBe("");
					end = block.end;
				}
				expect(end).toBe(text.length);
			}),
			{ numRuns: 300 },
		);
	});

	it("agree with JSON.parse on what is JSON", async () => {
		const piece = fc.constantFrom(
			"{",
			"}",
			"[",
			"]",
			",",
			":",
			'"a"',
			"1",
			"-",
			"0",
			".5",
			"e9",
			"null",
			" ",
			"\\",
			'"',
			"\n",
			"true",
			"x",
		);
		await fc.assert(
			fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 8 }), async (pieces) => {
				const source = pieces.join("");
				fc.pre(source.trim() !== "");
				const isJson = await parse(source, "any.json")
					.then(({ type }) => type === "json")
					.catch(() => false);
				expect(isJson).toBe(validJson(source));
			}),
			{ numRuns: 2000 },
		);
	});

	it.each([
		["too deep", "[".repeat(100_000) + "]".repeat(100_000), /nested more than 512 deep \(line 1, column 513\)/],
		["not closed", '{"a": 1,\n "b": [1, 2}', /a "}" is too many \(line 2, column 12\)/],
		["two values", '{"a": 1} {"b": 2}', /there is more after the end/],
	])("are refused where JSON is %s", async (_, source, message) => {
		await expect(parse(source, "bad.json")).rejects.toMatchObject({
			code: "invalid_input",
			message: expect.stringMatching(message),
		});
	});

	it.each<[what: string, name: string, source: string]>([
		["commas", "a.csv", ",".repeat(4_000_000)],
		["rows", "a.csv", `a,b\n${"1,2\n".repeat(1_000_000)}`],
		["an open quote", "a.csv", `"${"a\n".repeat(2_000_000)}`],
		["wrong quotes", "a.csv", '"a"b,'.repeat(1000).concat("\n").repeat(300)],
		["numbers", "a.json", `[${"1,".repeat(2_000_000)}1]`],
		["lists", "a.json", `[${"[],".repeat(1_000_000)}1]`],
		["paragraphs", "a.md", "a\n\n".repeat(1_000_000)],
		["a table", "a.md", `|a|b|\n|-|-|\n${"|1|2|\n".repeat(300_000)}`],
		["paragraphs", "a.txt", "a\n\n".repeat(1_000_000)],
		["one word", "a.txt", "a".repeat(9_000_000)],
	])("of nothing but %s are read or refused in time: %s", async (_, name, source) => {
		const started = Date.now();
		const outcome = await parse(source, name).catch((failure: unknown) => failure);
		await new Promise((resolve) => setTimeout(resolve, 1));
		expect(Date.now() - started).toBeLessThan(10_000);
		if (outcome instanceof Error) expect(outcome).toMatchObject({ code: "payload_too_large" });
		else expect((outcome as ParsedDocument).blocks).not.toEqual([]);
	});
});

/** Of drawings that each have the next one in it ten times, down to the last. */
function pdfOfDrawings(depth: number, last: string): Uint8Array {
	const drawings = Array.from({ length: depth }, (_, at) => {
		const content = at === depth - 1 ? last : "/X Do ".repeat(10);
		const resources = `<< /Font << /F 3 0 R >> /XObject << /X ${8 + at} 0 R >> >>`;
		const about = `/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources ${resources} /Length ${content.length}`;
		return `<< ${about} >>\nstream\n${content}\nendstream`;
	});
	const source = Buffer.from(pdfOfContents([utf8("/X Do")], { objects: drawings })).toString("latin1");
	return Buffer.from(source.replace("/X 6 0 R", "/X 7 0 R"), "latin1");
}

function validJson(source: string): boolean {
	try {
		JSON.parse(source);
		return true;
	} catch {
		return false;
	}
}
