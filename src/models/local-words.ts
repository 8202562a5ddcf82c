/** Words as `local/dev` compares them: lower case, without endings, without those that say nothing. */

const stopWords = new Set(
	(
		"a about all am an and any are as at be but by call can could did do does for from function get give had has have he hello help her hi his " +
		"how i if in into is it its just let make me my no not of on or our please she should show so some tell than thank thanks that " +
		"the their them then there these they this those to tool us use using want was we were what when where which who why will " +
		"with would you your"
	).split(" "),
);

/** `getWeather-by_city` is get, weather, by, city. */
export function wordsOf(text: string): string[] {
	const spaced = text.replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, "$1 $2").toLowerCase();
	return spaced.match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** The stems of the words that carry meaning. */
export function stemsOf(text: string): Set<string> {
	return new Set(
		wordsOf(text)
			.filter((word) => !stopWords.has(word))
			.map(stem),
	);
}

/** How many of the stems are in both. */
export function overlap(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
	let shared = 0;
	for (const word of one) if (other.has(word)) shared++;
	return shared;
}

function stem(word: string): string {
	return word.length > 4
		? word.replace(/(?:ations?|ators?|ates?|ating|ings?|ed|ies|es|s|e|y)$/, "")
		: word.replace(/s$/, "");
}
