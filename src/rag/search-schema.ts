/** The contract of searches and of answered questions. */
import { z } from "zod";
import { JsonValue } from "#core/json-value";
import { MetadataFilter } from "./vector-index/metadata-filter.ts";

export const maxIndexesAtOnce = 10;
const maxQueryLength = 4_000;

export const Rerank = z
	.object({
		model: z
			.string()
			.min(1)
			.max(300)
			.default("local/rerank")
			.meta({
				description:
					"`local/rerank`, `cohere/…`, `jina/…`, `voyage/…`, `workers-ai/…` or a language model as agents name them; all " +
					"but the local one need a key of the deployment's.",
				example: "cohere/rerank-v3.5",
			}),
		depth: z.number().int().min(10).max(100).default(50).meta({
			description: "How many candidates are ordered anew; never fewer than the `limit`.",
		}),
	})
	.meta({
		id: "Rerank",
		description: "Orders what was found anew, by who reads query and passage together. `{}` is by `local/rerank`.",
		example: { model: "cohere/rerank-v3.5", depth: 50 },
	});

const searched = {
	indexIds: z
		.array(z.string().min(1).max(200))
		.min(1)
		.max(maxIndexesAtOnce)
		.optional()
		.meta({ description: "The indexes to search; without them, your own ten newest." }),
	filter: MetadataFilter.optional().meta({
		description:
			"Conditions on the metadata of documents: `{ field, eq | ne | in | exists | gt | gte | lt | lte }`, joined by `and`, `or`, `not`.",
		example: {
			and: [
				{ field: "team", eq: "legal" },
				{ field: "year", gte: 2025 },
			],
		},
	}),
	mode: z.enum(["hybrid", "vector", "keyword"]).default("hybrid").meta({
		description: "`keyword` ranks by BM25, `vector` by cosine, `hybrid` by both.",
	}),
	rerank: Rerank.optional(),
};

export const SearchRequest = z
	.object({
		query: z.string().trim().min(1).max(maxQueryLength),
		...searched,
		limit: z.number().int().min(1).max(100).default(10),
		minScore: z.number().optional().meta({
			description: "Of the reranker, 0 to 1; without one of the mode: hybrid 0 to 1, cosine, or BM25 above 0.",
		}),
		diversity: z.number().min(0).max(1).default(0).meta({
			description: "From 0, by score alone, to 1: results that are unlike those before them.",
		}),
		neighbours: z.number().int().min(0).max(5).default(0).meta({
			description: "Chunks of the same document to give on each side of a result.",
		}),
		parents: z.boolean().default(false).meta({ description: "Give the larger part that each result belongs to." }),
		explain: z.boolean().default(false).meta({
			description: "Say what keywords, vectors and the reranker made of each result.",
		}),
	})
	.meta({ id: "SearchRequest" });
export type SearchRequest = z.infer<typeof SearchRequest>;

const Span = z.object({ start: z.number().int(), end: z.number().int() });

export const SearchResult = z
	.object({
		chunkId: z.string(),
		documentId: z.string(),
		indexId: z.string(),
		title: z.string(),
		source: z.string().meta({ description: "The document's name, with the page where it has pages." }),
		text: z.string(),
		score: z.number(),
		page: z.number().int().optional().meta({ description: "On which it begins, from 1." }),
		pageEnd: z.number().int().optional().meta({ description: "On which it ends." }),
		start: z.number().int().meta({ description: "In the document's text, in UTF-16 code units." }),
		end: z.number().int(),
		metadata: z.record(z.string(), JsonValue),
		highlights: z.array(Span).meta({ description: "Words of the query in `text`." }),
		before: z.array(z.string()).optional(),
		after: z.array(z.string()).optional(),
		parent: Span.extend({ text: z.string() }).optional(),
		parts: z
			.object({
				keyword: z.number().optional(),
				vector: z.number().optional(),
				found: z.number().optional().meta({ description: "The score that it was found with, before it was reranked." }),
				rerank: z.number().optional(),
			})
			.optional()
			.meta({
				description:
					"With `explain`. `keyword` and `vector` of a hybrid search: 0 to 1 each, their mean is its score. `rerank` is " +
					"the reranker's, and the score.",
			}),
	})
	.meta({ id: "SearchResult" });
export type SearchResult = z.infer<typeof SearchResult>;

export const SearchAnswer = z
	.object({ results: z.array(SearchResult), took: z.number().int().meta({ description: "Milliseconds." }) })
	.meta({ id: "SearchAnswer" });

const Turn = z.object({ role: z.enum(["user", "assistant"]), content: z.string().min(1).max(20_000) });

export const AskQuestion = z
	.object({
		question: z.string().trim().min(1).max(maxQueryLength),
		...searched,
		topK: z.number().int().min(1).max(20).default(6).meta({ description: "Passages that the model is given." }),
		model: z.string().min(1).max(200).default("local/dev").meta({ description: "As agents name models." }),
		history: z.array(Turn).max(20).default([]).meta({
			description: "The conversation before, oldest first: the question is understood by it.",
		}),
		stream: z.boolean().default(false).meta({ description: "Answer as server-sent events." }),
	})
	.meta({ id: "AskQuestion" });
export type AskQuestion = z.infer<typeof AskQuestion>;

export const Citation = z
	.object({
		number: z.number().int().meta({ description: "As in the answer: `[1]`." }),
		source: z.string(),
		title: z.string(),
		url: z.string().optional().meta({ description: "Where the text of the document is." }),
		confidence: z.number().min(0).max(1).meta({ description: "How much of what cites it stands in the passage." }),
		documentId: z.string(),
		chunkId: z.string(),
		page: z.number().int().optional().meta({ description: "On which it begins, from 1." }),
		pageEnd: z.number().int().optional().meta({ description: "On which it ends." }),
		start: z.number().int(),
		end: z.number().int(),
		excerpt: z.string().meta({ description: "The characters `start` to `end` of the document's text." }),
	})
	.meta({ id: "RagCitation" });
export type Citation = z.infer<typeof Citation>;

export const AnswerSentence = z.object({
	text: z.string(),
	citations: z.array(z.number().int()),
	support: z.number().min(0).max(1).meta({ description: "The part of its words that its passages have." }),
	supported: z.boolean(),
});
export type AnswerSentence = z.infer<typeof AnswerSentence>;

export const QuestionAnswer = z
	.object({
		answer: z.string(),
		found: z.boolean().meta({ description: "False where the documents do not say it." }),
		citations: z.array(Citation),
		sentences: z.array(AnswerSentence).meta({ description: "Each sentence, checked against what it cites." }),
		query: z.string().meta({ description: "What was searched for." }),
		model: z.string(),
		usage: z.object({ inputTokens: z.number(), outputTokens: z.number() }),
	})
	.meta({ id: "QuestionAnswer" });
export type QuestionAnswer = z.infer<typeof QuestionAnswer>;
