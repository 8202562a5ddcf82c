import type { PDFDocumentProxy } from "unpdf/pdfjs";
import { expect, it, vi } from "vitest";
import { pdfOutline } from "./pdf-outline.ts";

it("an outline of nothing but entries that lead nowhere is given up", async () => {
	const items = Array.from({ length: 30_000 }, (_, at) => ({ title: "Nowhere", dest: `${at}`, items: [] }));
	const getDestination = vi.fn<PDFDocumentProxy["getDestination"]>(async () => null);
	const outline = [{ title: "Part", dest: null, items }, ...items];
	const pdf = { getOutline: async () => outline, getDestination } as unknown as PDFDocumentProxy;
	expect(await pdfOutline(pdf)).toEqual([]);
	expect(getDestination.mock.calls.length).toBeLessThan(20_000);
});
