/** Where the words of a question stand in a passage, in whatever form the keyword search takes for the same. */
import { porterStem } from "./porter-stem.ts";
import { locatedWords, tellingWords } from "./words.ts";

export interface Highlight {
	/** In the passage, the end excluded. */
	start: number;
	end: number;
}

/** In their order. Neighbours with nothing but spaces between them are one. */
export function highlights(passage: string, question: string): Highlight[] {
	const wanted = new Set(tellingWords(question).map(porterStem));
	const found: Highlight[] = [];
	for (const { text, start, end } of locatedWords(passage)) {
		if (!wanted.has(porterStem(text))) continue;
		const last = found.at(-1);
		if (last && passage.slice(last.end, start).trim() === "") last.end = end;
		else found.push({ start, end });
	}
	return found;
}
