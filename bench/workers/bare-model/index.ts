/** One call of the AI SDK's provider: its answer as JSON, or its text as server-sent events while it comes. */
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import type { LanguageModelV4, LanguageModelV4Prompt, LanguageModelV4StreamPart } from "@ai-sdk/provider";

interface Call {
	baseUrl: string;
	model: string;
	prompt: LanguageModelV4Prompt;
	streaming?: boolean;
}

const encoder = new TextEncoder();

export default {
	async fetch(request) {
		const { baseUrl, model, prompt, streaming } = await request.json<Call>();
		const { stream } = await modelOf(baseUrl, model).doStream({ prompt, temperature: 0.7, maxOutputTokens: 2_000 });
		if (!streaming) return Response.json({ response: await textOf(stream) });
		const { readable, writable } = new IdentityTransformStream();
		void pump(stream, writable.getWriter());
		return new Response(readable, { headers: { "content-type": "text/event-stream" } });
	},
} satisfies ExportedHandler;

const models = new Map<string, LanguageModelV4>();

/** Made once, as a Worker with one model would. */
function modelOf(baseUrl: string, name: string): LanguageModelV4 {
	const known = models.get(name);
	if (known) return known;
	const provider = createOpenAICompatible({ name: "loopback", baseURL: baseUrl, includeUsage: true, apiKey: "none" });
	const model = provider(name);
	models.set(name, model);
	return model;
}

async function textOf(stream: ReadableStream<LanguageModelV4StreamPart>): Promise<string> {
	let text = "";
	for await (const part of stream) if (part.type === "text-delta") text += part.delta;
	return text;
}

async function pump(
	stream: ReadableStream<LanguageModelV4StreamPart>,
	writer: WritableStreamDefaultWriter<Uint8Array>,
): Promise<void> {
	for await (const part of stream) {
		if (part.type === "text-delta") await writer.write(encoder.encode(`data: ${JSON.stringify(part.delta)}\n\n`));
	}
	await writer.write(encoder.encode("data: [DONE]\n\n"));
	await writer.close();
}
