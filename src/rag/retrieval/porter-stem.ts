/**
 * The stem of an English word by M. F. Porter, "An algorithm for suffix stripping" (1980), as SQLite's `porter` tokenizer
 * has it: what is marked in a passage is then what the keyword search found there.
 */
const consonant = "[^aeiou]";
const vowel = "[aeiouy]";
const consonants = `${consonant}[^aeiouy]*`;
const vowels = `${vowel}[aeiou]*`;
/** m, the number of times that a vowel is followed by a consonant, is above 0, is 1, is above 1. */
const above0 = new RegExp(`^(?:${consonants})?${vowels}${consonants}`);
const exactly1 = new RegExp(`^(?:${consonants})?${vowels}${consonants}(?:${vowels})?$`);
const above1 = new RegExp(`^(?:${consonants})?${vowels}${consonants}${vowels}${consonants}`);
const hasVowel = new RegExp(`^(?:${consonants})?${vowel}`);
const endsShort = new RegExp(`^${consonants}${vowel}[^aeiouwxy]$`);
const endsDouble = /([^aeiouylsz])\1$/;

const step2 = table(
	"ational ate tional tion enci ence anci ance izer ize bli ble alli al entli ent eli e ousli ous ization ize ation ate ator ate " +
		"alism al iveness ive fulness ful ousness ous aliti al iviti ive biliti ble logi log",
);
const step3 = table("icate ic ative - alize al iciti ic ical ic ful - ness -");
const step4 = table(
	"al - ance - ence - er - ic - able - ible - ant - ement - ment - ent - ou - ism - ate - iti - ous - ive - ize -",
);

/** Of a word in small letters; one that is not English comes back as it is, or nearly. */
export function porterStem(word: string): string {
	if (word.length < 3 || !/^[a-z]+$/.test(word)) return word;
	// A y at the beginning is a consonant.
	const marked = word.replace(/^y/, "Y");
	const stem = tidied(step4Stem(replaced(replaced(withoutInflection(marked), step2), step3)));
	return stem.replace(/^Y/, "y");
}

/** Steps 1a, 1b and 1c: plurals, -ed, -ing, and y to i. */
function withoutInflection(word: string): string {
	const singular = word.replace(/(ss|i)es$/, "$1").replace(/([^s])s$/, "$1");
	return withoutTense(singular).replace(/^(.*)y$/, (whole, stem: string) => (hasVowel.test(stem) ? `${stem}i` : whole));
}

function withoutTense(word: string): string {
	if (word.endsWith("eed")) return above0.test(word.slice(0, -3)) ? word.slice(0, -1) : word;
	const stem = word.replace(/(?:ed|ing)$/, "");
	if (stem === word || !hasVowel.test(stem)) return word;
	if (/(?:at|bl|iz)$/.test(stem)) return `${stem}e`;
	if (endsDouble.test(stem)) return stem.slice(0, -1);
	return endsShort.test(stem) ? `${stem}e` : stem;
}

function replaced(word: string, endings: [string, string][]): string {
	const found = endings.find(([ending]) => word.endsWith(ending));
	if (!found) return word;
	const stem = word.slice(0, -found[0].length);
	return above0.test(stem) ? stem + found[1] : word;
}

function step4Stem(word: string): string {
	const found = step4.find(([ending]) => word.endsWith(ending));
	const ending = found?.[0] ?? (/[st]ion$/.test(word) ? "ion" : "");
	const stem = word.slice(0, word.length - ending.length);
	return above1.test(stem) ? stem : word;
}

/** Step 5: a last e, and a double l. */
function tidied(word: string): string {
	let stem = word;
	if (stem.endsWith("e")) {
		const before = stem.slice(0, -1);
		if (above1.test(before) || (exactly1.test(before) && !endsShort.test(before))) stem = before;
	}
	return stem.endsWith("ll") && above1.test(stem) ? stem.slice(0, -1) : stem;
}

/** The longest endings first. */
function table(pairs: string): [string, string][] {
	const words = pairs.split(" ");
	return words
		.flatMap((ending, i): [string, string][] => (i % 2 === 0 ? [[ending, words[i + 1]!.replace("-", "")]] : []))
		.toSorted(([a], [b]) => b.length - a.length);
}
