/** How `local/dev` answers from retrieved passages: the sentences that share most words with the question, cited. */

import type { JSONObject, JSONValue } from "@ai-sdk/provider";
import { jsonIn } from "./local-json.ts";
import { overlap, stemsOf } from "./local-words.ts";

export interface Passage {
	text: string;
	source: string;
	title: string;
	url?: string;
	/** By which it is to be cited; in the order of the answer where there is none. */
	number?: number;
}

export interface Excerpt {
	sentence: string;
	passage: Passage;
}

const maxExcerpts = 3;
const maxPassages = 200;

/** Every object in the text's JSON that has a `text` (or `content`) and says where it is from. */
export function passagesIn(text: string): Passage[] {
	return jsonIn(text).flatMap(collect).slice(0, maxPassages);
}

/** The best sentence of each of the best passages, best first; none when no passage has a word of the question. */
export function excerptsFor(question: string, passages: Passage[]): Excerpt[] {
	const wanted = stemsOf(question);
	const scored = passages.map(function best(passage) {
		const sentences = passage.text.match(/[^.!?\n]+(?:[.!?](?!\s|$)[^.!?\n]*)*[.!?]?/g) ?? [];
		const ranked = sentences.map((sentence) => ({
			sentence: sentence.trim(),
			score: overlap(stemsOf(sentence), wanted),
		}));
		const top = ranked.reduce((one, other) => (other.score > one.score ? other : one), { sentence: "", score: 0 });
		return { ...top, passage };
	});
	const answers = scored.filter(({ score }) => score > 0).toSorted((one, other) => other.score - one.score);
	return answers.slice(0, maxExcerpts).map(({ sentence, passage }) => ({ sentence, passage }));
}

function collect(value: JSONValue): Passage[] {
	if (Array.isArray(value)) return value.flatMap(collect);
	if (typeof value !== "object" || value === null) return [];
	const { text, content, source, title, url, number } = value as JSONObject;
	const body = text ?? content;
	const origin = [source, url, title].find((field) => typeof field === "string");
	if (typeof body !== "string" || typeof origin !== "string")
		return Object.values(value).flatMap((item) => collect(item!));
	return [
		{
			text: body,
			source: origin,
			title: typeof title === "string" ? title : origin,
			...(typeof url === "string" && { url }),
			...(typeof number === "number" && { number }),
		},
	];
}
