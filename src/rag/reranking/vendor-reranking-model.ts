/** A model behind a provider's `/rerank`, which the AI SDK packages of this project do not call. */
import type { RerankingModelV4 } from "@ai-sdk/provider";
import { AppError } from "#core/errors";
import { readAtMost } from "#core/read-at-most";
import { refusal } from "#models/provider-failure";
import type { RerankAccess } from "./rerank-settings.ts";
import { type RerankingProvider, type VendorReranking, vendorRerankings } from "./vendor-reranking.ts";

/** A hundred scores are a hundredth of it; some servers send the texts back. */
const mostBytes = 2 * 1024 * 1024;

export function vendorRerankingModel(
	provider: RerankingProvider,
	modelId: string,
	{ apiKey, baseUrl, fetch: send }: RerankAccess & { fetch: typeof fetch },
): RerankingModelV4 {
	const vendor: VendorReranking = vendorRerankings[provider];
	const url = `${(baseUrl ?? vendor.baseUrl).replace(/\/+$/, "")}/rerank`;
	return {
		...{ specificationVersion: "v4", provider, modelId },
		async doRerank({ query, documents, abortSignal }) {
			const asked = { model: modelId, query, documents: documents.values as string[] };
			const response = await send(url, {
				method: "POST",
				headers: { "content-type": "application/json", ...(apiKey && { authorization: `Bearer ${apiKey}` }) },
				body: JSON.stringify(vendor.request(asked)),
				signal: abortSignal,
			});
			if (!response.ok) throw await refusal(response);
			const body = await readAtMost(response, mostBytes, () => tooMuch(provider));
			const scores = vendor.answer.parse(JSON.parse(new TextDecoder().decode(body)));
			return { ranking: scores.map(({ index, relevance_score: relevanceScore }) => ({ index, relevanceScore })) };
		},
	};
}

function tooMuch(provider: string): AppError {
	return new AppError("provider_error", `${provider} gave an answer of more than ${mostBytes} bytes.`);
}
