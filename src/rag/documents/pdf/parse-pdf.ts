/** PDF (ISO 32000) by Mozilla's PDF.js: the text of each page, the outline, the headings. */
import { asAppError } from "#core/errors";
import { getResolvedPDFJS } from "unpdf";
import type { PDFDocumentProxy, PDFPageProxy } from "unpdf/pdfjs";
import type { ParseOptions } from "#rag/documents/parse-options";
import type { OutlineEntry, Page, Parsed } from "#rag/documents/parsed-document";
import { refuse } from "#rag/documents/refuse";
import { textBuilder } from "#rag/documents/text-builder";
import { checkLength } from "#rag/documents/text-writer";
import { checkStreams } from "./check-streams.ts";
import { pdfBlocks } from "./pdf-blocks.ts";
import { pdfHeadings } from "./pdf-headings.ts";
import { lineReader, type PdfLine, type TextItem } from "./pdf-lines.ts";
import { type PdfOutlineEntry, pdfOutline } from "./pdf-outline.ts";
import { readCmap } from "./read-cmap.ts";

const maxPages = 10_000;
/** A page of text takes a few milliseconds; pages that take this much on average are made to take it. */
const maxPageMs = 50;
const maxStartMs = 5_000;
/** More than most pages have. */
const itemsPerWait = 2_000;

export async function parsePdf(bytes: Uint8Array, source: ParseOptions): Promise<Parsed> {
	await checkStreams(bytes, source);
	const { getDocument } = await getResolvedPDFJS();
	const loading = getDocument({
		// PDF.js takes over what it is given.
		data: new Uint8Array(bytes),
		password: source.password,
		verbosity: 0,
		useSystemFonts: false,
		disableFontFace: true,
		isOffscreenCanvasSupported: false,
		isImageDecoderSupported: false,
		useWorkerFetch: false,
		useWasm: false,
		cMapUrl: "cmaps/",
		BinaryDataFactory: CmapFactory,
	});
	try {
		return await read(await loading.promise, source);
	} catch (failure) {
		throw explained(failure, source);
	} finally {
		await loading.destroy();
	}
}

/** PDF.js asks it for character maps, and for fonts, which text does not need. */
class CmapFactory {
	async fetch({ kind, filename }: { kind: string; filename: string }): Promise<Uint8Array> {
		const map = kind === "cMapUrl" ? await readCmap(filename) : undefined;
		if (!map) throw new Error(`There is no ${filename}.`);
		return map;
	}
}

async function read(pdf: PDFDocumentProxy, source: ParseOptions): Promise<Parsed> {
	if (pdf.numPages > maxPages) throw refuse(source.name, `has more than ${maxPages} pages.`, "payload_too_large");
	const lines = await readPages(pdf, source);
	if (lines.every((page) => page.length === 0)) {
		const pages = pdf.numPages === 1 ? "its page has" : `its ${pdf.numPages} pages have`;
		throw refuse(source.name, `has no text: ${pages} only pictures, as a scan has. Recognise the text (OCR) first.`);
	}
	const outline = await pdfOutline(pdf);
	const levelOf = pdfHeadings(lines, outline);
	const builder = textBuilder(source.name);
	const pages = lines.map((page, index) => {
		const before = builder.blocks.length;
		for (const { text, ...kind } of pdfBlocks(page, levelOf)) builder.add(kind, text);
		const start = builder.blocks[before]?.start ?? builder.length();
		return { number: index + 1, start, end: builder.length() };
	});
	const title = await titleOf(pdf);
	return {
		...{ text: builder.build(), blocks: builder.blocks, pages },
		...(title && { title }),
		...(outline.length > 0 && { outline: outline.map((entry) => placed(entry, pages)) }),
	};
}

async function readPages(pdf: PDFDocumentProxy, source: ParseOptions): Promise<PdfLine[][]> {
	const pages: PdfLine[][] = [];
	const wait = patience(source);
	let length = 0;
	for (let number = 1; number <= pdf.numPages; number++) {
		const page = await pdf.getPage(number);
		const lines = lineReader();
		let items = 0;
		for await (const part of partsOf(page)) {
			for (const item of part) {
				length += item.str.length;
				lines.take(item);
			}
			checkLength(length, source.name);
			items += part.length;
			if (items < itemsPerWait) continue;
			items = 0;
			await wait(number);
		}
		pages.push(lines.finish());
		page.cleanup();
		await wait(number);
	}
	return pages;
}

/** Of a page's text; PDF.js goes on with a page until its end, unless it is told that nobody listens any more. */
async function* partsOf(page: PDFPageProxy): AsyncGenerator<TextItem[]> {
	const reader = page.streamTextContent().getReader() as ReadableStreamDefaultReader<{ items: TextItem[] }>;
	try {
		for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value.items;
	} finally {
		await reader.cancel(new Error("The page is no longer read."));
	}
}

/** Lets the clock of a Worker move and an abort arrive, which they do only while it waits, and looks at both. */
function patience({ name, signal }: ParseOptions): (pages: number) => Promise<void> {
	const started = Date.now();
	return async (pages) => {
		await new Promise((resolve) => setTimeout(resolve));
		signal?.throwIfAborted();
		if (Date.now() - started > maxStartMs + pages * maxPageMs) {
			throw refuse(name, "takes too long to read.", "limit_exceeded");
		}
	};
}

function placed({ title, level, page }: PdfOutlineEntry, pages: Page[]): OutlineEntry {
	return { title, level, start: pages[page - 1]?.start ?? 0 };
}

async function titleOf(pdf: PDFDocumentProxy): Promise<string | undefined> {
	const { info } = await pdf.getMetadata().catch(() => ({ info: {} }));
	const { Title: title } = info as { Title?: unknown };
	return typeof title === "string" ? title.trim() || undefined : undefined;
}

function explained(failure: unknown, { name, password, signal }: ParseOptions): unknown {
	if (asAppError(failure) || signal?.aborted || !(failure instanceof Error)) return failure;
	if (failure.name === "PasswordException") {
		const reason =
			password === undefined
				? "is protected: it can be read only with its password."
				: "is protected by another password.";
		return refuse(name, reason, "invalid_input", failure);
	}
	return refuse(name, "is damaged: it cannot be read as a PDF.", "invalid_input", failure);
}
