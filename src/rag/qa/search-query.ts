/** What is searched for: a question that leans on the conversation before takes its words from there. */
import { tellingWords } from "#rag/retrieval/words";

interface Turn {
	role: "user" | "assistant";
	content: string;
}

/** "it", "those", "and in 2024?": words that point back, at whatever place. */
const pointsBack = /\b(?:it|its|they|them|their|this|that|these|those|he|him|his|she|her|there|then|one|ones|same)\b/i;
/** So few words tell little by themselves. */
const fewWords = 3;

export function searchQuery(question: string, history: readonly Turn[]): string {
	const before = history.findLast(({ role }) => role === "user");
	if (!before) return question;
	const own = tellingWords(question);
	if (own.length > fewWords && !pointsBack.test(question)) return question;
	const missing = tellingWords(before.content).filter((word) => !own.includes(word));
	return missing.length > 0 ? `${question} ${missing.join(" ")}` : question;
}
