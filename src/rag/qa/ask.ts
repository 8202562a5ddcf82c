/** Answers a question from documents: finds passages, has a model answer from them, and checks what it says. */
import type { LanguageModelV4 } from "@ai-sdk/provider";
import { inSpan } from "#core/in-span";
import { callModel } from "#models/call-model";
import type { RagContext } from "#rag/context";
import { search } from "#rag/search";
import { type AskQuestion, type QuestionAnswer, SearchRequest, type SearchResult } from "#rag/search-schema";
import { checkAnswer, notFound } from "./check-answer.ts";
import { passagesPrompt } from "./passages-prompt.ts";
import { searchQuery } from "./search-query.ts";

const maxAnswerTokens = 1_500;

/** What is to be answered, and from what. */
export interface Retrieved {
	asked: AskQuestion;
	query: string;
	passages: SearchResult[];
	model: LanguageModelV4;
}

/** Throws what `search` throws, and for a model that there is not. */
export async function retrieve(ctx: RagContext, asked: AskQuestion): Promise<Retrieved> {
	const { question, history, indexIds, filter, mode, rerank, topK, model: name } = asked;
	const model = await ctx.model(name);
	const query = searchQuery(question, history);
	const passages = await search(ctx, SearchRequest.parse({ query, indexIds, filter, mode, rerank, limit: topK }));
	return { asked, query, passages, model };
}

/** `tell` hears each piece of the answer as it comes. Throws what the model throws. */
export async function answer(
	ctx: RagContext,
	{ asked, query, passages, model }: Retrieved,
	{ signal, tell = () => {} }: { signal?: AbortSignal; tell?: (text: string) => Promise<void> | void } = {},
): Promise<QuestionAnswer> {
	const common = { query, model: asked.model };
	if (passages.length === 0) return { ...notFound, ...common, usage: { inputTokens: 0, outputTokens: 0 } };
	const { text, usage } = await answerOf(ctx, model, passagesPrompt(asked, passages), { signal, tell });
	return { ...(await checkAnswer(text, passages, ctx.files)), ...common, usage };
}

async function answerOf(
	{ span: parent }: RagContext,
	model: LanguageModelV4,
	prompt: ReturnType<typeof passagesPrompt>,
	{ signal, tell }: { signal?: AbortSignal; tell: (text: string) => Promise<void> | void },
) {
	const span = parent.child(`chat ${model.modelId}`, {
		kind: "client",
		attributes: {
			"gen_ai.operation.name": "chat",
			"gen_ai.provider.name": model.provider,
			"gen_ai.request.model": model.modelId,
		},
	});
	return await inSpan(span, async () => {
		let text = "";
		const usage = { inputTokens: 0, outputTokens: 0 };
		for await (const part of callModel(model, { prompt, maxOutputTokens: maxAnswerTokens }, { signal })) {
			if (part.type === "text-delta") {
				text += part.delta;
				await tell(part.delta);
			}
			if (part.type === "finish") {
				usage.inputTokens = part.usage.inputTokens.total ?? 0;
				usage.outputTokens = part.usage.outputTokens.total ?? 0;
			}
		}
		span.attributes["gen_ai.usage.input_tokens"] = usage.inputTokens;
		span.attributes["gen_ai.usage.output_tokens"] = usage.outputTokens;
		return { text, usage };
	});
}
