/** Providers whose `/rerank` takes a query and texts, and answers with a score for each; they differ in names alone. */
import { z } from "zod";

export interface VendorReranking {
	/** With what stands before `/rerank`. */
	baseUrl: string;
	request(asked: { model: string; query: string; documents: string[] }): object;
	/** Anything else is an answer that is not understood. */
	answer: z.ZodType<VendorScore[]>;
}

interface VendorScore {
	index: number;
	relevance_score: number;
}

const scores = z.array(z.object({ index: z.number(), relevance_score: z.number() }));
const results = z.object({ results: scores }).transform((answer) => answer.results);

export const rerankingProviders = ["cohere", "jina", "voyage"] as const;
export type RerankingProvider = (typeof rerankingProviders)[number];

export const vendorRerankings = {
	/** API v2. It cuts what is longer than the model reads, as the others do. */
	cohere: {
		baseUrl: "https://api.cohere.com/v2",
		request: (asked) => ({ ...asked, top_n: asked.documents.length }),
		answer: results,
	},
	jina: {
		baseUrl: "https://api.jina.ai/v1",
		request: (asked) => ({ ...asked, top_n: asked.documents.length, return_documents: false }),
		answer: results,
	},
	voyage: {
		baseUrl: "https://api.voyageai.com/v1",
		request: (asked) => ({ ...asked, top_k: asked.documents.length, return_documents: false, truncation: true }),
		answer: z.object({ data: scores }).transform((answer) => answer.data),
	},
} satisfies Record<RerankingProvider, VendorReranking>;
