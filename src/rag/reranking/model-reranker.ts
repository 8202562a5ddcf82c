/** A reranking model of a provider's, called as embedding models are. */
import type { RerankingModelV4 } from "@ai-sdk/provider";
import { AppError } from "#core/errors";
import { type CallPolicy, callProvider } from "#models/call-provider";
import { providerFailure } from "#models/provider-failure";
import { passageOf } from "#rag/passage";
import { checkedScores } from "./checked-scores.ts";
import type { Candidate, Reranker } from "./reranker.ts";

/** Characters of a passage; few of these models read more, and all are paid by what they read. */
const mostCharacters = 4_000;

/** `provider` is how messages and spans call it. */
export function modelReranker(provider: string, model: RerankingModelV4, policy: CallPolicy): Reranker {
	return {
		...{ provider, modelId: model.modelId },
		async scores(query, candidates) {
			const result = await callProvider({
				send(abortSignal) {
					const documents = { type: "text" as const, values: candidates.map(textOf) };
					return model.doRerank({ query, documents, topN: candidates.length, abortSignal });
				},
				failure: (thrown) => providerFailure(thrown, { provider, modelId: model.modelId }),
				late: () => timedOut(provider, policy),
				...{ policy, pace: { until: 0 } },
			});
			return checkedScores(result, provider, candidates.length);
		},
	};
}

function textOf(candidate: Candidate): string {
	return passageOf(candidate).slice(0, mostCharacters).toWellFormed();
}

function timedOut(provider: string, { timeout }: CallPolicy): AppError {
	return new AppError("provider_timeout", `${provider} gave no scores within ${timeout / 1000} s.`);
}
