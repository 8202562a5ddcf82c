/** The sentences of an answer, with the numbers of the passages that each cites: `… in 1998 [2][3].` */

export interface CitedSentence {
	/** Without the citations. */
	text: string;
	citations: number[];
}

const sentence = /[^.!?\n]+(?:[.!?](?!\s|$|\s*\[)[^.!?\n]*)*(?:[.!?]+)?(?:\s*\[\d+(?:\s*,\s*\d+)*\])*[.!?]*/g;
const citation = /\[(\d+(?:\s*,\s*\d+)*)\]/g;

export function citedSentences(answer: string): CitedSentence[] {
	return (answer.match(sentence) ?? []).flatMap((part) => {
		const citations = [...part.matchAll(citation)].flatMap(([, numbers]) => numbers!.split(",").map(Number));
		const text = part
			.replaceAll(citation, "")
			.replaceAll(/\s+/g, " ")
			.replaceAll(/\s+([.!?,])/g, "$1")
			.trim();
		return /[\p{L}\p{N}]/u.test(text) ? [{ text, citations: [...new Set(citations)] }] : [];
	});
}
