/** How the MCP servers of the tests are reached: by transport, or by what is wrong with them. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { createMcpHandler } from "@modelcontextprotocol/server";
import { SSEServerTransport } from "@modelcontextprotocol/sdk/server/sse.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { isInitializeRequest } from "@modelcontextprotocol/sdk/types.js";
import { newOldServer, newServer } from "./mcp-fixture-server.ts";
import type { FixtureState } from "./mcp-fixture-tools.ts";
import { oauthFixture } from "./oauth-fixture.ts";

export interface FixtureHandler {
	handle(request: IncomingMessage, response: ServerResponse, body: string): Promise<void> | void;
	toolsChanged?(): void;
}

export const fixtureHandlers = {
	/** Stateless Streamable HTTP: 2026-07-28. */
	modern,
	/** Streamable HTTP with sessions: 2025-11-25. */
	sessions,
	/** HTTP+SSE: 2024-11-05. */
	sse,
	/** Streamable HTTP, to those who have authorised themselves. */
	oauth: (state) => oauthFixture(state, modern(state)),
	/** Its tool `deep` answers with 500,000 levels. */
	deep: (state) => deep(modern(state)),
	"wants-key": () => ({ handle: (_, response) => void response.writeHead(401).end("who are you?") }),
	down: () => ({ handle: (_, response) => void response.writeHead(503).end("secret stack trace") }),
	stall: () => ({ handle: () => {} }),
	"not-mcp": () => ({ handle: (_, response) => json(response, { hello: "world" }) }),
	"bad-json": () => ({
		handle: (_, response) => void response.writeHead(200, { "content-type": "application/json" }).end('{"jsonrpc":'),
	}),
	/** A gigabyte in one answer. */
	huge: () => ({
		handle(_, response) {
			response.writeHead(200, { "content-type": "application/json" });
			endless(response, `{"jsonrpc":"2.0","id":0,"result":{"text":"`, "x".repeat(65_536), 16_384);
		},
	}),
	/** Events for ever, none of them an answer. */
	endless: () => ({
		handle(_, response) {
			response.writeHead(200, { "content-type": "text/event-stream" });
			endless(response, "", `: ${"y".repeat(1_000)}\n\n`, Infinity);
		},
	}),
	redirect: () => ({
		handle: (_, response) =>
			void response.writeHead(307, { location: "http://169.254.169.254/latest/meta-data/" }).end("elsewhere"),
	}),
} satisfies Record<string, (state: FixtureState) => FixtureHandler>;

function modern(state: FixtureState): FixtureHandler {
	const handler = createMcpHandler(() => newServer(state));
	return {
		async handle(request, response, body) {
			const controller = new AbortController();
			response.on("close", () => controller.abort());
			const answer = await handler.fetch(
				new Request(`http://${request.headers.host}${request.url}`, {
					method: request.method,
					headers: Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)]),
					body: request.method === "POST" ? body : undefined,
					signal: controller.signal,
				}),
			);
			response.writeHead(answer.status, Object.fromEntries(answer.headers));
			if (!answer.body) return void response.end();
			const stream = Readable.fromWeb(answer.body as never);
			stream.on("error", () => response.destroy());
			stream.pipe(response);
		},
		toolsChanged: () => handler.notify.toolsChanged(),
	};
}

function deep(other: FixtureHandler): FixtureHandler {
	const levels = 500_000;
	return {
		...other,
		handle(request, response, text) {
			const { id, params } = text ? JSON.parse(text) : {};
			if (params?.name !== "deep") return other.handle(request, response, text);
			const content = `{"deep":${"[".repeat(levels)}${"]".repeat(levels)}}`;
			const result = `{"resultType":"complete","content":[],"structuredContent":${content}}`;
			response.writeHead(200, { "content-type": "application/json" });
			response.end(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${result}}`);
		},
	};
}

function sessions(state: FixtureState): FixtureHandler {
	const open = new Map<string, StreamableHTTPServerTransport>();
	const servers = new Set<ReturnType<typeof newOldServer>>();
	return {
		async handle(request, response, text) {
			const body: unknown = text ? JSON.parse(text) : undefined;
			const id = request.headers["mcp-session-id"];
			const known = typeof id === "string" ? open.get(id) : undefined;
			if (known) return await known.handleRequest(request, response, body);
			if (id !== undefined) return void response.writeHead(404).end("no such session");
			if (!isInitializeRequest(body)) return void response.writeHead(400).end("no session");
			const transport = new StreamableHTTPServerTransport({
				sessionIdGenerator: randomUUID,
				onsessioninitialized: (session) => void open.set(session, transport),
			});
			const server = newOldServer(state);
			servers.add(server);
			await server.connect(transport);
			await transport.handleRequest(request, response, body);
		},
		toolsChanged() {
			for (const server of servers) server.sendToolListChanged().catch(() => {});
		},
	};
}

function sse(state: FixtureState): FixtureHandler {
	const open = new Map<string, SSEServerTransport>();
	return {
		async handle(request, response, text) {
			const { pathname, searchParams } = new URL(request.url ?? "/", "http://x");
			if (request.method === "GET") {
				const transport = new SSEServerTransport("/messages", response);
				open.set(transport.sessionId, transport);
				return await newOldServer(state).connect(transport);
			}
			if (pathname !== "/messages") return void response.writeHead(405).end();
			const transport = open.get(searchParams.get("sessionId") ?? "");
			if (!transport) return void response.writeHead(404).end("no such session");
			await transport.handlePostMessage(request, response, JSON.parse(text));
		},
	};
}

function json(response: ServerResponse, body: object): void {
	response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/** Writes as fast as it is read, until nobody reads. */
function endless(response: ServerResponse, first: string, piece: string, times: number): void {
	let written = 0;
	response.on("error", () => {});
	response.write(first || piece);
	const more = () => {
		while (!response.destroyed && written++ < times)
			if (!response.write(piece)) return void response.once("drain", more);
		response.end();
	};
	more();
}
