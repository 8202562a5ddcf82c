/**
 * The FTS5 query for the words of a question: any of them, and, so that passages rank higher which say them together,
 * the phrases that neighbours make, with the small words between them ("cost of living").
 */
import { stopWords } from "./stop-words.ts";
import { locatedWords, unspacedCharacters, type Word } from "./words.ts";

const mostWords = 64;
/** Words of a phrase that reaches over small words. */
const longestPhrase = 4;

/** A MATCH expression in which everything is quoted; undefined where the text has no words. */
export function keywordQuery(text: string): string | undefined {
	const all = locatedWords(text);
	const telling = all.some(isTelling) ? all.filter(isTelling) : all;
	const chosen = telling.slice(0, mostWords);
	const terms = chosen.map((word) => quoted(word, text));
	const expression = new Set([...distinct(chosen, terms), ...phrases(all, chosen, text)]);
	return expression.size > 0 ? [...expression].join(" OR ") : undefined;
}

function isTelling(word: Word): boolean {
	return !stopWords.has(word.text);
}

/** Each word once, however it is spelt. */
function distinct(words: Word[], terms: string[]): string[] {
	return terms.filter((_, i) => words.findIndex(({ text }) => text === words[i]!.text) === i);
}

function phrases(all: Word[], chosen: Word[], text: string): string[] {
	const places = chosen.map((word) => all.indexOf(word));
	return chosen.slice(1).flatMap((word, i) => {
		const before = chosen[i]!;
		const length = places[i + 1]! - places[i]! + 1;
		const isPhrase = length <= longestPhrase && before.text !== word.text;
		if (!isPhrase || unspacedCharacters(before.text) || unspacedCharacters(word.text)) return [];
		return [
			`"${all
				.slice(places[i], places[i + 1]! + 1)
				.map((one) => text.slice(one.start, one.end))
				.join(" ")}"`,
		];
	});
}

/** As it was written: the index folds accents and capitals by its own rules. */
function quoted({ start, end }: Word, text: string): string {
	const written = text.slice(start, end);
	return `"${unspacedCharacters(written)?.join(" ") ?? written}"`;
}
