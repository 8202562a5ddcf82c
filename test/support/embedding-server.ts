/** A server on loopback that speaks OpenAI's `/embeddings`: vectors of 16 numbers, by the words of a text. */
import { startStoreServer } from "./store-server.ts";
import type { StartedServer } from "./start-pgvector.ts";

const dimensions = 16;

/** Without the key it answers 401. */
export const embeddingKey = "sk-embedding";

export async function startEmbeddingServer(): Promise<StartedServer> {
	return await startStoreServer(({ path, headers, body }) => {
		if (headers.authorization !== `Bearer ${embeddingKey}`) return { status: 401, body: { error: { message: "no" } } };
		if (path !== "/embeddings") return { status: 404, body: {} };
		const { input, model } = body as { input: string[]; model: string };
		const data = input.map((text, index) => ({ object: "embedding", index, embedding: vectorOf(text) }));
		return { body: { object: "list", model, data, usage: { prompt_tokens: 1, total_tokens: 1 } } };
	});
}

function vectorOf(text: string): number[] {
	const vector = Array.from({ length: dimensions }, () => 0.01);
	for (const word of text.toLowerCase().match(/[a-z]{3,}/g) ?? []) {
		const place = word.split("").reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_009, 7) % dimensions;
		vector[place]! += 1;
	}
	return vector;
}
