import { describe, expect, it } from "vitest";
import { prefixFor } from "./text-prefixes.ts";

const relevant = "Represent this sentence for searching relevant passages: ";
const instruction = "Instruct: Given a web search query, retrieve relevant passages that answer the query\n";
const result = "task: search result | query: ";

describe("prefixFor", () => {
	it.each([
		["intfloat/e5-base-v2", "query: ", "passage: "],
		["intfloat/multilingual-e5-small", "query: ", "passage: "],
		["intfloat/multilingual-e5-large-instruct", `${instruction}Query: `, ""],
		["intfloat/e5-mistral-7b-instruct", `${instruction}Query: `, ""],
		["@cf/baai/bge-large-en-v1.5", relevant, ""],
		["BAAI/bge-small-zh-v1.5", "为这个句子生成表示以用于检索相关文章：", ""],
		["@cf/baai/bge-m3", "", ""],
		["nomic-ai/nomic-embed-text-v1.5", "search_query: ", "search_document: "],
		["nomic-embed-text:latest", "search_query: ", "search_document: "],
		["mixedbread-ai/mxbai-embed-large-v1", relevant, ""],
		["Snowflake/snowflake-arctic-embed-m-v1.5", relevant, ""],
		["Snowflake/snowflake-arctic-embed-l-v2.0", "query: ", ""],
		["snowflake-arctic-embed2:568m", "query: ", ""],
		["Qwen/Qwen3-Embedding-8B", `${instruction}Query:`, ""],
		["@cf/google/embeddinggemma-300m", result, "title: none | text: "],
		["gemini-embedding-2-preview", result, "title: none | text: "],
		["gemini-embedding-001", "", ""],
		["text-embedding-3-large", "", ""],
		["sentence-transformers/all-MiniLM-L6-v2", "", ""],
		["our-e5xyz", "", ""],
	])("%s", (modelId, question, passage) => {
		expect([prefixFor(modelId, "question"), prefixFor(modelId, "passage")]).toEqual([question, passage]);
	});
});
