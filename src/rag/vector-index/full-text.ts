/**
 * What is indexed of people's text. FTS5's tokenizer takes a run of Chinese, Japanese or Thai for one word, so each of
 * these characters is indexed as a word; `keywordQuery` looks for a run of them as a phrase.
 */
const unspaced =
	"\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}";
const unspacedCharacter = new RegExp(`[${unspaced}]\\p{M}*`, "gu");

export function searchableText(text: string): string {
	return text.replace(unspacedCharacter, " $& ");
}
