/** Tables of data as GitHub's Markdown tables; tables that only lay a page out stay a row of blocks. */
import type TurndownService from "turndown";
import type { DomElement, DomNode } from "./dom.ts";

export function tableRules(service: TurndownService): void {
	const rule = (tag: string, replacement: (content: string, element: DomElement) => string) =>
		service.addRule(`table-${tag}`, {
			filter: (node) => node.nodeName.toLowerCase() === tag && isInDataTable(node as never),
			replacement: (content, node) => replacement(content, node as never),
		});
	rule("th", cell);
	rule("td", cell);
	rule("tr", (content, row) => `${content.trim()} |\n${firstRowOf(tableOf(row)!) === row ? border(row) : ""}`);
	for (const section of ["thead", "tbody", "tfoot"]) rule(section, (content) => content);
	rule("table", (content) => `\n\n${content.replaceAll(/\n{2,}/g, "\n").trim()}\n\n`);
}

function cell(content: string): string {
	return `| ${content
		.trim()
		.replaceAll(/\s+/g, " ")
		.replaceAll("|", String.raw`\|`)} `;
}

function border(row: DomElement): string {
	const cells = [...row.childNodes].filter(isCell).length;
	return `${"| --- ".repeat(cells)}|\n`;
}

function isInDataTable(element: DomElement): boolean {
	const table = tableOf(element);
	return table !== undefined && firstRowOf(table) !== null;
}

/** The first row of a table of data, null for one of layout. Asked for every cell, so looked up once a table. */
const firstRows = new WeakMap<DomElement, DomElement | null>();

function firstRowOf(table: DomElement): DomElement | null {
	let first = firstRows.get(table);
	if (first === undefined) {
		const rows = [...table.querySelectorAll("tr")];
		const nested = [...table.querySelectorAll("table")].length > 0;
		const isData = !nested && rows.length > 1 && rows.some((row) => [...row.childNodes].filter(isCell).length > 1);
		first = isData ? rows[0]! : null;
		firstRows.set(table, first);
	}
	return first;
}

function tableOf(element: DomElement): DomElement | undefined {
	for (let node: DomElement | null = element; node; node = node.parentNode) {
		if (node.localName === "table") return node;
	}
	return undefined;
}

function isCell(node: DomNode): boolean {
	const { localName } = node as DomElement;
	return localName === "td" || localName === "th";
}
