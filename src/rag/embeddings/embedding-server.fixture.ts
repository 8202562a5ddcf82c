/**
 * A server on loopback that speaks the wire formats of all providers: the path says which. `fetch` sends it what is
 * meant for a vendor's own address, under the vendor's name.
 */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export interface EmbeddingServer {
	url: string;
	fetch: typeof fetch;
	requests: EmbeddingRequest[];
	/** How many requests were open at the same time, at most. */
	mostAtOnce: number;
	/** Looks at each request first; undefined for the right answer. */
	answer: (request: EmbeddingRequest) => Answer | "hang" | "break off" | undefined;
	close(): Promise<void>;
}

export interface EmbeddingRequest {
	/** Host and path for what was sent to a vendor, else the path. */
	path: string;
	headers: IncomingHttpHeaders;
	body: unknown;
	texts: string[];
	/** How many requests with the same texts there were before. */
	seen: number;
	/** True when the client went away before the answer was complete. */
	disconnected: boolean;
}

export interface Answer {
	status?: number;
	headers?: Record<string, string>;
	/** Sent as it is, where it is text. */
	body?: unknown;
	/** In the provider's format, instead of the right ones; of a reranker the scores. */
	vectors?: unknown[];
}

interface Format {
	texts(body: never): string[];
	answer(vectors: unknown[]): unknown;
}

const openAi: Format = {
	texts: ({ input }: { input: string[] }) => input,
	answer: (vectors) => ({
		object: "list",
		// Not in the order of the texts, which the format allows.
		data: vectors.map((embedding, index) => ({ object: "embedding", index, embedding })).toReversed(),
		usage: { prompt_tokens: 7, total_tokens: 7 },
	}),
};

/** What scores there are in an answer of a reranker, in no order. */
function scoresOf(vectors: unknown[]): { index: number; relevance_score: unknown }[] {
	return vectors.map((vector, index) => ({ index, relevance_score: vector })).toReversed();
}

const documents = ({ documents: texts }: { documents: string[] }): string[] => texts;

const formats: [path: RegExp, format: Format][] = [
	[/\/embeddings(?:\?|$)/, openAi],
	[
		/:batchEmbedContents$/,
		{
			texts: ({ requests }: { requests: { content: { parts: { text: string }[] } }[] }) =>
				requests.map(({ content }) => content.parts[0]!.text),
			answer: (vectors) => ({ embeddings: vectors.map((values) => ({ values })) }),
		},
	],
	[
		/:embedContent$/,
		{
			texts: ({ content }: { content: { parts: { text: string }[] } }) => [content.parts[0]!.text],
			answer: ([values]) => ({ embedding: { values } }),
		},
	],
	[
		/\/ai\/run\//,
		{
			texts: ({ text }: { text: string[] }) => text,
			answer: (data) => ({ result: { shape: [data.length, 4], data }, success: true, errors: [], messages: [] }),
		},
	],
	[/voyageai\.com\/v1\/rerank$/, { texts: documents, answer: (vectors) => ({ data: scoresOf(vectors) }) }],
	[/\/rerank$/, { texts: documents, answer: (vectors) => ({ results: scoresOf(vectors) }) }],
	[/./, { texts: ({ inputs }: { inputs: string[] }) => inputs, answer: (vectors) => vectors }],
];

/** What the server says to a text. */
export function vectorOf(text: string): number[] {
	return [text.length, text.charCodeAt(0) || 0, text.charCodeAt(text.length - 1) || 0, 0.5];
}

export async function startEmbeddingServer(): Promise<EmbeddingServer> {
	let open = 0;
	const server = createServer(function serve(request, response) {
		started.mostAtOnce = Math.max(started.mostAtOnce, ++open);
		response.on("close", () => open--);
		handle(started, request, response).catch((error: unknown) => response.destroy(error as Error));
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	const started: EmbeddingServer = {
		url,
		fetch: ((input: string, init?: RequestInit) => fetch(input.replace(/^https:\//, url), init)) as typeof fetch,
		requests: [],
		mostAtOnce: 0,
		answer: () => undefined,
		async close() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
	return started;
}

async function handle(server: EmbeddingServer, request: IncomingMessage, response: ServerResponse): Promise<void> {
	const path = request.url ?? "";
	const { headers } = request;
	const body: unknown = JSON.parse((await request.setEncoding("utf8").toArray()).join(""));
	const format = formats.find(([pattern]) => pattern.test(path))![1];
	const texts = format.texts(body as never);
	const seen = server.requests.filter((before) => before.texts.join() === texts.join()).length;
	const record: EmbeddingRequest = { path: path.slice(1), headers, body, texts, seen, disconnected: false };
	server.requests.push(record);
	response.on("close", () => (record.disconnected = !response.writableFinished));

	const answer = server.answer(record) ?? {};
	if (answer === "hang") return;
	// So that requests which are sent together are open together.
	await sleep(5);
	if (answer === "break off") {
		response.writeHead(200, { "content-type": "application/json" }).write("[[", () => response.destroy());
		return;
	}
	const { status = 200, vectors = texts.map(vectorOf), body: given = format.answer(vectors) } = answer;
	response.writeHead(status, { "content-type": "application/json", ...answer.headers });
	response.end(typeof given === "string" ? given : JSON.stringify(given));
}
