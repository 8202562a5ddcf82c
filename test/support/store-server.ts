/** A server on loopback that stands in for a vector store: requests and answers in JSON, and ways to fail. */
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import type { StartedServer } from "./start-pgvector.ts";

export interface StoreCall {
	method: string;
	path: string;
	headers: IncomingHttpHeaders;
	text: string;
	/** Of what is JSON. */
	body: unknown;
}

export interface StoreReply {
	status?: number;
	body: unknown;
}

/**
 * `/status-429/…` is answered with that status, `/hang/…` never, `/nonsense/…` with what is no JSON, `/long/…` with
 * 33 MiB, and everything else by `answer`. All failures tell what they got, so that a test can see that nobody passes it on.
 */
export async function startStoreServer(answer: (call: StoreCall) => StoreReply): Promise<StartedServer> {
	const server = createServer((request, response) => {
		void request
			.setEncoding("utf8")
			.toArray()
			.then((pieces: string[]) => {
				const { url: path = "", method = "", headers } = request;
				const text = pieces.join("");
				const [, way = ""] = path.split("/");
				if (way === "hang") return;
				if (way === "nonsense") return response.end("<html>");
				if (way === "long") return response.end(`${" ".repeat(33 * 1024 * 1024)}{}`);
				const status = Number(/^status-(\d+)$/.exec(way)?.[1] ?? 0);
				if (status > 0) {
					response.writeHead(status, { "retry-after": "7" });
					return response.end(`${JSON.stringify(headers)} ${path} ${text}`);
				}
				const isJson = headers["content-type"] === "application/json";
				const body: unknown = isJson ? JSON.parse(text) : undefined;
				const reply = answer({ method, path, headers, text, body });
				response.writeHead(reply.status ?? 200, { "content-type": "application/json" });
				return response.end(JSON.stringify(reply.body));
			})
			.catch((error: unknown) => response.writeHead(500).end(String(error)));
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		async close() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

export function cosineOf(a: number[], b: number[]): number {
	const product = (x: number[], y: number[]) => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
	return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
}

/** The best first. */
export function nearest<Item extends { values: number[] }>(
	items: Iterable<Item>,
	vector: number[],
	limit: number,
): { item: Item; score: number }[] {
	return [...items]
		.map((item) => ({ item, score: cosineOf(item.values, vector) }))
		.toSorted((a, b) => b.score - a.score)
		.slice(0, limit);
}
