/**
 * What families of models want in front of a text, as their model cards say. Without it they still answer, only with
 * vectors that find less.
 */
import type { EmbeddingPurpose } from "./embedder.ts";

interface Prefixes {
	question: string;
	passage: string;
}

const relevantPassages: Prefixes = {
	question: "Represent this sentence for searching relevant passages: ",
	passage: "",
};
const instruction = "Instruct: Given a web search query, retrieve relevant passages that answer the query\n";
const searchResult: Prefixes = { question: "task: search result | query: ", passage: "title: none | text: " };

/** The first that fits counts. A name may have an owner before it and a size, version or quantisation behind. */
const families: [name: RegExp, prefixes: Prefixes][] = [
	[/\be5-(?:\w+-)*instruct\b/, { question: `${instruction}Query: `, passage: "" }],
	[/\be5-(?:small|base|large)\b/, { question: "query: ", passage: "passage: " }],
	[/\bbge-(?:small|base|large)-en\b/, relevantPassages],
	[/\bbge-(?:small|base|large)-zh\b/, { question: "为这个句子生成表示以用于检索相关文章：", passage: "" }],
	[/\bnomic-embed-text\b/, { question: "search_query: ", passage: "search_document: " }],
	[/\bmxbai-embed-large\b/, relevantPassages],
	[/\barctic-embed(?:-[ml]-v)?2\b/, { question: "query: ", passage: "" }],
	[/\barctic-embed\b/, relevantPassages],
	[/\bqwen3-embedding\b/, { question: `${instruction}Query:`, passage: "" }],
	[/\bembedding-?gemma\b/, searchResult],
	// Unlike its predecessor, which is told by a parameter of the request.
	[/\bgemini-embedding-2\b/, searchResult],
];

/** Of the model that its provider knows as `modelId`. */
export function prefixesOf(modelId: string): Prefixes | undefined {
	const name = modelId.toLowerCase();
	return families.find(([pattern]) => pattern.test(name))?.[1];
}

/** What is put in front of a text for this purpose; empty for most models. */
export function prefixFor(modelId: string, purpose: EmbeddingPurpose): string {
	return prefixesOf(modelId)?.[purpose] ?? "";
}
