/**
 * The words of a text, as search compares them: small letters without accents.
 *
 * Scripts that put no spaces between words (Chinese, Japanese, Thai and the like) are cut into overlapping pairs of
 * characters, which is what finds things in them without a dictionary.
 */
import { stopWords } from "./stop-words.ts";

export interface Word {
	text: string;
	/** In the text it was found in, the end excluded. */
	start: number;
	end: number;
}

const unspaced =
	"\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}";
const anyWord = new RegExp(`[${unspaced}][${unspaced}\\p{M}]*|[[\\p{L}\\p{N}\\p{M}]--[${unspaced}]]+`, "gv");
const startsUnspaced = new RegExp(`^[${unspaced}]`, "u");
const unspacedCharacter = new RegExp(`[${unspaced}]\\p{M}*`, "gu");
const latinWord = /[a-z0-9]+/g;
// oxlint-disable-next-line no-control-regex -- ASCII is the question
const beyondAscii = /[^\x00-\x7f]/;
const accents = /[\u0300-\u036f]/g;

export function wordsOf(text: string): string[] {
	if (!beyondAscii.test(text)) return text.toLowerCase().match(latinWord) ?? [];
	return locatedWords(text).map((word) => word.text);
}

/** Words that carry meaning; all of them where none does. */
export function tellingWords(text: string): string[] {
	const words = wordsOf(text);
	const telling = words.filter((word) => !stopWords.has(word));
	return telling.length > 0 ? telling : words;
}

export function locatedWords(text: string): Word[] {
	return [...text.matchAll(anyWord)].flatMap(({ 0: found, index }) =>
		startsUnspaced.test(found)
			? pairsOf(found, index)
			: [{ text: folded(found), start: index, end: index + found.length }],
	);
}

/** Whether it was cut from a run of characters without spaces; then these characters. */
export function unspacedCharacters(word: string): string[] | undefined {
	return startsUnspaced.test(word) ? (word.match(unspacedCharacter) ?? []) : undefined;
}

function pairsOf(run: string, offset: number): Word[] {
	const characters = [...run.matchAll(unspacedCharacter)].map(({ 0: text, index }) => ({
		text,
		start: offset + index,
		end: offset + index + text.length,
	}));
	if (characters.length < 2) return characters;
	return characters
		.slice(1)
		.map(({ text, end }, i) => ({ text: characters[i]!.text + text, start: characters[i]!.start, end }));
}

function folded(word: string): string {
	if (!beyondAscii.test(word)) return word.toLowerCase();
	return word.normalize("NFKD").replace(accents, "").normalize("NFC").toLowerCase();
}
