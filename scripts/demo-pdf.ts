/** A PDF of a few pages of text, written by hand (ISO 32000-1 §7), so that the demo needs neither a file nor a library. */

export interface PdfPage {
	heading: string;
	/** ASCII, each short enough for the width of the page. */
	lines: string[];
}

const [font, info] = [3, 4];
const [left, top, leading] = [72, 720, 18];

export function pdfOf(title: string, pages: PdfPage[]): Uint8Array<ArrayBuffer> {
	const pageAt = (i: number) => 5 + 2 * i;
	const kids = pages.map((_, i) => `${pageAt(i)} 0 R`).join(" ");
	const objects = [
		"<< /Type /Catalog /Pages 2 0 R >>",
		`<< /Type /Pages /Kids [${kids}] /Count ${pages.length} /MediaBox [0 0 612 792] >>`,
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
		`<< /Title ${literal(title)} >>`,
		...pages.flatMap((page, i) => [
			`<< /Type /Page /Parent 2 0 R /Resources << /Font << /F1 ${font} 0 R >> >> /Contents ${pageAt(i) + 1} 0 R >>`,
			streamOf(contentOf(page)),
		]),
	];
	let file = "%PDF-1.4\n";
	const offsets = objects.map((object, i) => {
		const offset = file.length;
		file += `${i + 1} 0 obj\n${object}\nendobj\n`;
		return offset;
	});
	// Every entry has twenty bytes, the line's end included (§7.5.4).
	const entries = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
	const size = objects.length + 1;
	const trailer = `trailer\n<< /Size ${size} /Root 1 0 R /Info ${info} 0 R >>\nstartxref\n${file.length}\n%%EOF\n`;
	const whole = `${file}xref\n0 ${size}\n0000000000 65535 f \n${entries}${trailer}`;
	return Uint8Array.from(whole, (character) => character.charCodeAt(0));
}

function contentOf({ heading, lines }: PdfPage): string {
	const body = lines.map((line) => `0 -${leading} Td ${literal(line)} Tj`).join("\n");
	return `BT\n/F1 20 Tf ${left} ${top} Td ${literal(heading)} Tj\n/F1 12 Tf 0 -${leading} Td\n${body}\nET`;
}

function streamOf(content: string): string {
	return `<< /Length ${content.length} >>\nstream\n${content}\nendstream`;
}

/** §7.3.4.2. */
function literal(text: string): string {
	return `(${text.replaceAll(/[\\()]/g, String.raw`\$&`)})`;
}
