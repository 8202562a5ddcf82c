/** The scores of an answer in the order of the texts, once it is sure that each text has one. */
import type { RerankingModelV4Result } from "@ai-sdk/provider";
import { AppError } from "#core/errors";

/**
 * 0 to 1 each: where a model answers with logits, all of its answer is brought there, which keeps the order.
 *
 * @throws {AppError} `provider_error`, naming what is wrong.
 */
export function checkedScores({ ranking }: RerankingModelV4Result, provider: string, count: number): number[] {
	if (ranking.length !== count) throw unusable(provider, `${ranking.length} scores for ${count} texts`);
	const scores: number[] = [];
	for (const { index, relevanceScore } of ranking) {
		if (!Number.isInteger(index) || index < 0 || index >= count) throw unusable(provider, "a score for no text");
		if (scores[index] !== undefined) throw unusable(provider, "two scores for one text");
		if (!Number.isFinite(relevanceScore)) throw unusable(provider, "a score that is not a finite number");
		scores[index] = relevanceScore;
	}
	return scores.every((score) => score >= 0 && score <= 1) ? scores : scores.map(logistic);
}

function logistic(score: number): number {
	return 1 / (1 + Math.exp(-score));
}

function unusable(provider: string, what: string): AppError {
	return new AppError("provider_error", `${provider} gave ${what}.`);
}
