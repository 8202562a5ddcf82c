/**
 * Vitest's global set-up for the rag Worker: one server on loopback that starts a vector store, or a server of embeddings, when
 * a test first asks for it: `GET /chroma` → `{url}`, or `{missing}` with the reason.
 */
import { createServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import type { TestProject } from "vitest/node";
import { startEmbeddingServer } from "./embedding-server.ts";
import { startChroma } from "./start-chroma.ts";
import { startPineconeServer } from "./pinecone-server.ts";
import { startPgvector, type StartedServer } from "./start-pgvector.ts";
import { startVectorizeServer } from "./vectorize-server.ts";
import { startWeaviateServer } from "./weaviate-server.ts";

declare module "vitest" {
	interface ProvidedContext {
		/** Where vector stores are asked for. */
		vectorStores: string;
	}
}

const starts = {
	pgvector: startPgvector,
	chroma: startChroma,
	weaviate: startWeaviateServer,
	pinecone: startPineconeServer,
	vectorize: startVectorizeServer,
	silent: startSilentServer,
	embeddings: startEmbeddingServer,
};

export default async function startForTests(project: TestProject): Promise<() => Promise<void>> {
	const started = new Map<string, Promise<StartedServer>>();
	const control = createServer((request, response) => {
		const name = (request.url ?? "").slice(1);
		const starting = started.get(name) ?? starts[name as keyof typeof starts]();
		started.set(name, starting);
		starting.then(
			({ url }) => response.end(JSON.stringify({ url })),
			(error: Error) => {
				const missing = error.message;
				console.warn(`\nSKIPPED: the tests of ${name}, since ${missing}.\n`);
				// Where servers have to be there, the test fails instead.
				response.writeHead(process.env.REQUIRE_SERVERS === "1" ? 500 : 200);
				response.end(JSON.stringify({ missing }));
			},
		);
	});
	await new Promise<void>((resolve) => control.listen(0, "127.0.0.1", resolve));
	project.provide("vectorStores", `http://127.0.0.1:${(control.address() as AddressInfo).port}`);
	return async function stop() {
		control.closeAllConnections();
		control.close();
		for (const starting of started.values()) await starting.then(({ close }) => close()).catch(() => {});
	};
}

/** Takes connections in PostgreSQL's place, and never says a word. */
async function startSilentServer(): Promise<StartedServer> {
	const sockets = new Set<Socket>();
	const server = createTcpServer((socket) => sockets.add(socket.on("error", () => {})));
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return {
		url: `postgres://user:secret-password@127.0.0.1:${(server.address() as AddressInfo).port}/test?sslmode=disable`,
		async close() {
			for (const socket of sockets) socket.destroy();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
