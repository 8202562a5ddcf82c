/**
 * How many tokens a text is about, without any model's vocabulary: every character counts for itself, so that parts add
 * up, and a text of any length is weighed in one pass. English prose, code and tables come out within 15 % of OpenAI's
 * cl100k and o200k; other scripts come out higher than o200k, and lower than cl100k, which has few of their words.
 */

/** Weights are in tenths of a token. */
const unit = 10;
const blank = 1;
const letter = 2;
const capital = 3;
const digit = 6;
const mark = 6;
/** Of an alphabet other than the English one. */
const foreignLetter = 5;
/** Chinese, Japanese, Korean. */
const syllable = 10;

export function weightOfTokens(tokens: number): number {
	return tokens * unit;
}

export function weightOf(text: string, start: number, end: number): number {
	let weight = 0;
	for (let at = start; at < end; at++) weight += weightOfCode(text.charCodeAt(at));
	return weight;
}

/** Of all code units; made for the first text that is cut. */
let weights: Uint8Array | undefined;

/** Of one UTF-16 code unit; a character of two has twice the weight. */
export function weightOfCode(code: number): number {
	weights ??= Uint8Array.from({ length: 0x10000 }, (_, each) => weightFor(each));
	return weights[code]!;
}

function weightFor(code: number): number {
	if (code >= 0x2e80 && code < 0xfb00) return syllable;
	const character = String.fromCharCode(code);
	if (/\s/.test(character)) return blank;
	if (/[a-z]/.test(character)) return letter;
	if (/[A-Z]/.test(character)) return capital;
	if (/\d/.test(character)) return digit;
	return /[\p{L}\p{M}]/u.test(character) ? foreignLetter : mark;
}
