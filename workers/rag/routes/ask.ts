/** `POST /api/v1/qa`: answers a question from documents, whole or as it comes. */
import { asAppError } from "#core/errors";
import { formatSse, sseHeaders } from "#core/sse";
import { jsonAnswer, jsonBody } from "#http/json-content";
import { defineRoute } from "#http/route";
import { answer, retrieve, type Retrieved } from "#rag/qa/ask";
import type { RagContext } from "#rag/context";
import { AskQuestion, QuestionAnswer } from "#rag/search-schema";
import type { RagApp } from "./app.ts";

const route = defineRoute({
	method: "post",
	path: "/api/v1/qa",
	policy: "run",
	tags: ["Search"],
	summary: "Answer a question from documents",
	description:
		"Passages are searched, a model answers from them, and each of its sentences is checked against what it cites. With " +
		"`stream`, `delta` events have the text as it comes, and an `answer` event has all of it, checked.",
	request: { body: jsonBody(AskQuestion) },
	responses: {
		200: {
			...jsonAnswer("The answer; `found` is false where the documents do not say it.", QuestionAnswer),
			content: {
				"application/json": { schema: QuestionAnswer },
				"text/event-stream": { schema: { type: "string" } },
			},
		},
	},
});

export function mountAsk(app: RagApp): void {
	app.openapi(route, async (c) => {
		const asked = c.req.valid("json");
		const { context } = c.var;
		const { signal } = c.req.raw;
		// Before the stream begins: what is refused is refused with a status.
		const retrieved = await retrieve(context, asked);
		if (!asked.stream) return c.json(await answer(context, retrieved, { signal }), 200);
		return new Response(answerStream(context, retrieved), { headers: sseHeaders });
	});
}

function answerStream(context: RagContext, retrieved: Retrieved): ReadableStream {
	const { readable, writable } = new IdentityTransformStream();
	const writer = writable.getWriter();
	const encoder = new TextEncoder();
	const gone = new AbortController();
	const send = async (event: string, data: unknown) => await writer.write(encoder.encode(formatSse({ event, data })));
	const answered = async () => {
		try {
			const tell = async (text: string) => await send("delta", { text });
			await send("answer", await answer(context, retrieved, { signal: gone.signal, tell }));
		} catch (error) {
			gone.abort();
			const known = asAppError(error);
			if (!known) console.error("an answer broke", error);
			const { code, message } = known ?? { code: "internal_error", message: "Something went wrong here." };
			await send("error", { code, message });
		} finally {
			await writer.close();
		}
	};
	// Nobody reads any more.
	context.background.waitUntil(answered().catch(() => writer.abort().catch(() => {})));
	return readable;
}
