/** Small documents made by hand, well-formed or not, for the tests of their readers. */
import { crc32, deflateRawSync, deflateSync } from "node:zlib";

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

interface ZipPart {
	data: Uint8Array;
	/** What the directory claims, where that is not the truth. */
	claimedSize?: number;
}

export function zipOf(parts: Record<string, string | ZipPart>): Uint8Array {
	const local: Buffer[] = [];
	const directory: Buffer[] = [];
	let offset = 0;
	for (const [name, part] of Object.entries(parts)) {
		const { data, claimedSize } = typeof part === "string" ? { data: utf8(part) } : { claimedSize: undefined, ...part };
		const packed = deflateRawSync(data);
		// From the version that is needed to the length of the extra field (APPNOTE 4.3.7).
		const about = Buffer.alloc(26);
		about.writeUInt16LE(20, 0);
		about.writeUInt16LE(8, 4);
		about.writeUInt32LE(crc32(data), 10);
		about.writeUInt32LE(packed.length, 14);
		about.writeUInt32LE(claimedSize ?? data.length, 18);
		about.writeUInt16LE(Buffer.byteLength(name), 22);
		const place = Buffer.alloc(14);
		place.writeUInt32LE(offset, 10);
		const entry = Buffer.concat([Buffer.from("PK\u0003\u0004"), about, Buffer.from(name), packed]);
		local.push(entry);
		directory.push(Buffer.from("PK\u0001\u0002\u0014\u0000"), about, place, Buffer.from(name));
		offset += entry.length;
	}
	const size = directory.reduce((sum, { length }) => sum + length, 0);
	const end = Buffer.alloc(18);
	end.writeUInt16LE(Object.keys(parts).length, 4);
	end.writeUInt16LE(Object.keys(parts).length, 6);
	end.writeUInt32LE(size, 8);
	end.writeUInt32LE(offset, 12);
	return Buffer.concat([...local, ...directory, Buffer.from("PK\u0005\u0006"), end]);
}

const word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const relationship = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/** A Word document of the XML given, in place of its body, and of further parts. */
export function docxOf(body: string, more: Record<string, string | ZipPart> = {}): Uint8Array {
	return zipOf({
		"[Content_Types].xml": "<Types/>",
		"_rels/.rels": relationsOf({ officeDocument: "word/document.xml" }),
		"word/document.xml": documentXml(body),
		...more,
	});
}

export function documentXml(body: string, doctype = ""): string {
	return `<?xml version="1.0"?>${doctype}<w:document xmlns:w="${word}"><w:body>${body}</w:body></w:document>`;
}

export function relationsOf(targets: Record<string, string>, attributes = ""): string {
	const relations = Object.entries(targets).map(
		([kind, target]) => `<Relationship Id="${kind}" Type="${relationship}/${kind}" Target="${target}" ${attributes}/>`,
	);
	return `<Relationships>${relations.join("")}</Relationships>`;
}

export function paragraph(text: string, properties = ""): string {
	return `<w:p><w:pPr>${properties}</w:pPr><w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;
}

/** Lines of a page: size of the letters, place from the left and from below, text. */
type PdfLine = [size: number, x: number, y: number, text: string];

export function pdfOf(pages: PdfLine[][], more: { catalog?: string; objects?: string[] } = {}): Uint8Array {
	return pdfOfContents(
		pages.map((lines) =>
			utf8(lines.map(([size, x, y, text]) => `BT /F ${size} Tf ${x} ${y} Td (${text}) Tj ET`).join("\n")),
		),
		more,
	);
}

/** Pages are the objects 5, 7, … and their contents 6, 8, …; further objects follow. */
export function pdfOfContents(contents: Uint8Array[], more: { catalog?: string; objects?: string[] } = {}): Uint8Array {
	const kids = contents.map((_, at) => `${5 + 2 * at} 0 R`);
	const objects: (string | Buffer)[] = [
		`<< /Type /Catalog /Pages 2 0 R ${more.catalog ?? ""} >>`,
		`<< /Type /Pages /Kids [${kids.join(" ")}] /Count ${kids.length} >>`,
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
		"<< /Title (The title) >>",
	];
	for (const [at, content] of contents.entries()) {
		const packed = deflateSync(content);
		objects.push(
			`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents ${6 + 2 * at} 0 R /Resources << /Font << /F 3 0 R >> /XObject << /X 6 0 R >> >> >>`,
			Buffer.concat([
				Buffer.from(
					`<< /Length ${packed.length} /Filter /FlateDecode /Type /XObject /Subtype /Form /BBox [0 0 1 1] >>\nstream\n`,
				),
				packed,
				Buffer.from("\nendstream"),
			]),
		);
	}
	const all = [...objects, ...(more.objects ?? [])];
	const parts = [Buffer.from("%PDF-1.7\n")];
	const offsets: number[] = [];
	let length = parts[0]!.length;
	for (const [at, object] of all.entries()) {
		offsets.push(length);
		const part = Buffer.concat([Buffer.from(`${at + 1} 0 obj\n`), Buffer.from(object), Buffer.from("\nendobj\n")]);
		parts.push(part);
		length += part.length;
	}
	const rows = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
	const trailer = `<< /Size ${all.length + 1} /Root 1 0 R /Info 4 0 R >>`;
	parts.push(
		Buffer.from(
			`xref\n0 ${all.length + 1}\n0000000000 65535 f \n${rows}trailer\n${trailer}\nstartxref\n${length}\n%%EOF`,
		),
	);
	return Buffer.concat(parts);
}
