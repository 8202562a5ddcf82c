/** Checks an answer against the passages it cites, and says exactly where in the documents these stand. */
import type { DocumentFiles } from "#rag/document-files";
import { DocumentTexts } from "#rag/document-texts";
import type { ParsedDocument } from "#rag/documents/parsed-document";
import type { AnswerSentence, Citation, QuestionAnswer, SearchResult } from "#rag/search-schema";
import { citedSentences } from "./cited-sentences.ts";
import { excerptOf } from "./excerpt.ts";
import { notFoundMark } from "./passages-prompt.ts";
import { supportedFrom, supportOf } from "./support.ts";

export type CheckedAnswer = Pick<QuestionAnswer, "answer" | "found" | "citations" | "sentences">;

export const notFound: CheckedAnswer = {
	answer: "The documents do not say.",
	found: false,
	citations: [],
	sentences: [],
};

/** Nothing else: a passage that is quoted may say it, too. */
const isMark = new RegExp(`^\\W*${notFoundMark}\\W*$`);

/** `passages` in the order of their numbers, from 1. Nothing that cites nothing counts as found. */
export async function checkAnswer(
	text: string,
	passages: readonly SearchResult[],
	files: Pick<DocumentFiles, "text">,
): Promise<CheckedAnswer> {
	if (isMark.test(text)) return notFound;
	const sentences = citedSentences(text).map((sentence) => checked(sentence, passages));
	const numbers = [...new Set(sentences.flatMap(({ citations }) => citations))].toSorted((a, b) => a - b);
	if (numbers.length === 0) return notFound;
	const texts = new DocumentTexts(files);
	const citations = await Promise.all(
		numbers.map(async (number) => {
			const passage = passages[number - 1]!;
			const citing = sentences.filter((sentence) => sentence.citations.includes(number));
			return citationOf(number, passage, citing, await texts.of(passage.documentId));
		}),
	);
	return { answer: text, found: true, citations, sentences };
}

function checked(
	{ text, citations }: { text: string; citations: number[] },
	passages: readonly SearchResult[],
): AnswerSentence {
	const known = citations.filter((number) => passages[number - 1] !== undefined);
	const support =
		known.length === 0
			? 0
			: supportOf(
					text,
					known.map((number) => passages[number - 1]!.text),
				);
	return { text, citations: known, support, supported: support >= supportedFrom };
}

function citationOf(
	number: number,
	passage: SearchResult,
	citing: readonly AnswerSentence[],
	parsed: ParsedDocument | null,
): Citation {
	const { documentId, chunkId, source, title, text } = passage;
	const place = excerptOf(
		text,
		citing.map((sentence) => sentence.text),
	);
	const [start, end] = [passage.start + place.start, passage.start + place.end];
	const pageOf = (at: number) => parsed?.pages?.findLast((one) => one.start <= at)?.number;
	const [page = passage.page, pageEnd = passage.pageEnd] = [pageOf(start), pageOf(end - 1)];
	return {
		// The passage may begin on a page before.
		...{ number, source: page === undefined ? source : source.replace(/(?<=, page )\d+$/, String(page)) },
		...{ title, documentId, chunkId, start, end, excerpt: text.slice(place.start, place.end) },
		url: `/api/v1/documents/${documentId}/content`,
		...(page !== undefined && { page, pageEnd }),
		confidence: citing.reduce((sum, { support }) => sum + support, 0) / citing.length,
	};
}
