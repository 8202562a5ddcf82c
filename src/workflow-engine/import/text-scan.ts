/** Reads what the expressions of exports have in common: `{{ … }}` in a text, and paths such as `.a["b c"][0]`. */
import type { Segment } from "./reference.ts";
import type { Part } from "./text-parts.ts";

const step = /\s*(?:\.\s*([A-Za-z_$][\w$]*)|\[\s*(?:(\d{1,9})|'([^'\\]*)'|"([^"\\]*)")\s*\])/y;

/** `translate` is given what stands between the braces. A `{{` that is not closed is text. */
export function partsBetween(text: string, translate: (expression: string) => Part): Part[] {
	const parts: Part[] = [];
	let position = 0;
	while (position < text.length) {
		const start = text.indexOf("{{", position);
		const end = start < 0 ? -1 : text.indexOf("}}", start + 2);
		if (start < 0 || end < 0) break;
		if (start > position) parts.push({ text: text.slice(position, start) });
		parts.push(translate(text.slice(start + 2, end)));
		position = end + 2;
	}
	if (position < text.length || parts.length === 0) parts.push({ text: text.slice(position) });
	return parts;
}

/** As many segments as there are from `start` on, and where they end. */
export function readPath(source: string, start: number): { path: Segment[]; end: number } {
	const path: Segment[] = [];
	let end = start;
	for (;;) {
		step.lastIndex = end;
		const found = step.exec(source);
		if (!found) return { path, end };
		const [whole, name, index, single, double] = found;
		path.push(index === undefined ? (name ?? single ?? double ?? "") : Number(index));
		end += whole.length;
	}
}
