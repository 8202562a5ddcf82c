/** Tells what a document is by what is in it; its name and declared type only decide between kinds of text. */
import { maxJsonDepth } from "./limits.ts";
import type { DocumentType } from "./parsed-document.ts";
import { scanJson } from "./scan-json.ts";

export type Container = "pdf" | "zip" | "compound" | "other";

interface Hints {
	name: string;
	contentType?: string;
}

/** What the first bytes say. Readers of PDF look for its mark in the first kilobyte; no page of HTML becomes one by that. */
export function detectContainer(bytes: Uint8Array): Container {
	const start = new TextDecoder("windows-1252").decode(bytes.subarray(0, 1024));
	if (start.startsWith("PK\u0003\u0004")) return "zip";
	// The mark of an OLE compound file: the Word of before 2007, and protected files of today's.
	if (bytes[0] === 0xd0 && bytes[1] === 0xcf && bytes[2] === 0x11 && bytes[3] === 0xe0) return "compound";
	const mark = start.indexOf("%PDF-");
	if (mark === 0 || (mark > 0 && !/^\s*</.test(start))) return "pdf";
	return "other";
}

const signatures: [kind: string, mark: string][] = [
	["a PNG picture", "\u0089PNG"],
	["a JPEG picture", "\u00FF\u00D8\u00FF"],
	["a GIF picture", "GIF8"],
	["a gzip archive", "\u001F\u008B"],
	["a 7z archive", "7z\u00BC\u00AF"],
	["an RTF document", "{\\rtf"],
	["a PostScript document", "%!PS"],
];

/** A name for what cannot be read here; undefined where nothing is known. */
export function foreignKind(bytes: Uint8Array): string | undefined {
	const start = String.fromCharCode(...bytes.subarray(0, 8));
	return signatures.find(([, mark]) => start.startsWith(mark))?.[0];
}

type TextType = Exclude<DocumentType, "pdf" | "docx">;

const byExtension: Record<string, TextType> = {
	txt: "text",
	text: "text",
	log: "text",
	md: "markdown",
	markdown: "markdown",
	html: "html",
	htm: "html",
	xhtml: "html",
	csv: "csv",
	tsv: "csv",
	json: "json",
};

const byContentType: Record<string, TextType> = {
	"text/markdown": "markdown",
	"text/html": "html",
	"application/xhtml+xml": "html",
	"text/csv": "csv",
	"text/tab-separated-values": "csv",
	"application/json": "json",
};

/** A page is HTML and valid JSON is JSON whatever it is called; the other kinds may all be plain text, so the name decides. */
export function detectTextType(text: string, hints: Hints): TextType {
	const start = text.slice(0, 4096).trimStart();
	if (isPage(start)) return "html";
	if (/^[[{]/.test(start) && scanJson(text, maxJsonDepth) === undefined) return "json";
	return hintOf(hints) ?? guessType(text, start);
}

function hintOf({ name, contentType = "" }: Hints): TextType | undefined {
	const extension = /\.([a-z]+)$/i.exec(name.trim())?.[1]?.toLowerCase() ?? "";
	const declared = contentType.split(";")[0]!.trim().toLowerCase();
	return byExtension[extension] ?? byContentType[declared] ?? (declared.endsWith("+json") ? "json" : undefined);
}

function isPage(start: string): boolean {
	const opening = start.replace(/^(?:<\?xml[^>]*>|<!--(?:(?!-->)[\s\S])*-->|\s)+/, "");
	return /^<(?:!doctype\s+html|html|head|body)[\s>]/i.test(opening);
}

function guessType(text: string, start: string): TextType {
	if (/^<(?:title|meta|div|p|h[1-6]|table|article|main|section)[\s>]/i.test(start) && /<\/\w+>/.test(text))
		return "html";
	if (isTable(start)) return "csv";
	return isMarkdown(start) ? "markdown" : "text";
}

/** At least five lines of the same three or more fields; prose has commas, but not the same number in every line. */
function isTable(start: string): boolean {
	const lines = start.split("\n", 21).slice(0, -1);
	if (lines.length < 5) return false;
	return [",", ";", "\t"].some((delimiter) => {
		const [first = 0, ...others] = lines.map((line) => line.split(delimiter).length);
		return first >= 3 && others.every((count) => count === first);
	});
}

const markdownSigns = [
	/^#{1,6} \S/m,
	/^(?:```|~~~)/m,
	/\[[^\]\n]+\]\([^)\s]+\)/,
	/^\|? *:?-{3,}:? *\|/m,
	/^[-*+] \S.*\n[-*+] \S/m,
	/\*\*[^*\n]+\*\*/,
];

function isMarkdown(start: string): boolean {
	return markdownSigns.filter((sign) => sign.test(start)).length >= 2;
}
