/** The table of contents that a PDF brings along, with the pages it leads to. */
import type { PDFDocumentProxy } from "unpdf/pdfjs";

export interface PdfOutlineEntry {
	title: string;
	level: number;
	/** Counted from 1. */
	page: number;
}

type Item = Awaited<ReturnType<PDFDocumentProxy["getOutline"]>>[number];

const maxEntries = 2000;
/** With those that lead nowhere, each of which is looked for. */
const maxVisited = 10_000;
const maxLevel = 8;
const maxTitle = 200;

/** Entries that lead nowhere are left out; so is an outline that is damaged. */
export async function pdfOutline(pdf: PDFDocumentProxy): Promise<PdfOutlineEntry[]> {
	const entries: PdfOutlineEntry[] = [];
	let visited = 0;
	const items = await pdf.getOutline().catch(() => null);
	await visit(items ?? [], 1);
	return entries;

	async function visit(items: Item[], level: number): Promise<void> {
		for (const item of items) {
			if (entries.length === maxEntries || ++visited > maxVisited) return;
			const title = item.title.replaceAll(/\s+/g, " ").trim().slice(0, maxTitle);
			const page = await pageOf(item.dest).catch(() => undefined);
			if (title !== "" && page !== undefined) entries.push({ title, level, page });
			if (level < maxLevel) await visit(item.items, level + 1);
		}
	}

	async function pageOf(destination: Item["dest"]): Promise<number | undefined> {
		const place = typeof destination === "string" ? await pdf.getDestination(destination) : destination;
		const target: unknown = place?.[0];
		if (typeof target === "number") return target + 1;
		return target ? (await pdf.getPageIndex(target as never)) + 1 : undefined;
	}
}
