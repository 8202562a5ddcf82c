/**
 * MCP servers on loopback, for tests that run in workerd: one control server opens, changes and closes them.
 * `POST /servers` `{kind, port?}` → `{port}`; a server that is opened again at its port is the same one, restarted.
 */
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { acceptMcpSocket } from "./mcp-web-socket.ts";
import { type FixtureHandler, fixtureHandlers } from "./mcp-fixture-handlers.ts";
import { type FixtureState, type FixtureTool, standardFixtureTools } from "./mcp-fixture-tools.ts";

export type FixtureKind = keyof typeof fixtureHandlers | "websocket";

interface Fixture {
	state: FixtureState;
	kind: FixtureKind;
	handler?: FixtureHandler;
	server?: Server;
	/** Requests whose answer has no end yet. */
	pending: number;
}

export interface McpServers {
	/** Of the control server. */
	url: string;
	close(): Promise<void>;
}

export async function startMcpServers(): Promise<McpServers> {
	const fixtures = new Map<number, Fixture>();
	const control = createServer((request, response) => {
		answer(request)
			.then((body) => response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body)))
			.catch((error: unknown) => response.writeHead(500).end(String(error)));
	});
	const port = await listen(control, 0);
	return {
		url: `http://127.0.0.1:${port}`,
		async close() {
			for (const { server } of fixtures.values()) if (server) await stop(server);
			await stop(control);
		},
	};

	async function answer(request: IncomingMessage): Promise<unknown> {
		const [, , at = "", what] = (request.url ?? "").split("/");
		const body = await textOf(request);
		if (at === "") return await open(JSON.parse(body));
		const fixture = fixtures.get(Number(at));
		if (!fixture) throw new Error(`There is no server at ${at}.`);
		if (what === "tools") fixture.state.tools = JSON.parse(body) as FixtureTool[];
		if (what === "list-delay") fixture.state.listDelay = Number(body);
		if (what === "oauth") fixture.state.oauth = { ...fixture.state.oauth, ...JSON.parse(body) };
		if (what === "announce") fixture.handler?.toolsChanged?.();
		if (request.method === "DELETE" && fixture.server) {
			await stop(fixture.server);
			fixture.server = undefined;
		}
		const { events, requests, count } = fixture.state;
		return { events, requests, count, pending: fixture.pending };
	}

	async function open({ kind, port: wanted = 0 }: { kind: FixtureKind; port?: number }): Promise<{ port: number }> {
		const server = createServer((request, response) => {
			fixture.pending++;
			response.on("close", () => fixture.pending--);
			handle(request).catch(() => response.destroy());

			async function handle(request: IncomingMessage): Promise<void> {
				const text = await textOf(request);
				note(fixture.state, request, text);
				await fixture.handler?.handle(request, response, text);
			}
		});
		const port = await listen(server, wanted);
		const state = fixtures.get(port)?.state ?? newState(() => fixture.server?.closeAllConnections());
		state.cut = () => fixture.server?.closeAllConnections();
		const fixture: Fixture = {
			...{ state, kind, server, pending: 0 },
			handler: kind === "websocket" ? undefined : fixtureHandlers[kind](state),
		};
		if (kind === "websocket") {
			const sockets = new Set<{ destroy(): void }>();
			server.on("upgrade", (request, socket) => {
				note(state, request, "");
				sockets.add(socket);
				void acceptMcpSocket(state, request, socket);
			});
			state.cut = () => sockets.forEach((socket) => socket.destroy());
		}
		fixtures.set(port, fixture);
		return { port };
	}

	async function stop(server: Server): Promise<void> {
		for (const { server: one, state } of fixtures.values()) if (one === server) state.cut();
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
	}
}

function newState(cut: () => void): FixtureState {
	return { tools: standardFixtureTools, events: [], requests: [], count: 0, listDelay: 0, cut };
}

function note({ requests }: FixtureState, { method = "", headers }: IncomingMessage, text: string): void {
	const { method: rpc } = (text.startsWith("{") ? JSON.parse(text) : {}) as { method?: string };
	requests.push({ method, rpc, headers });
}

async function textOf(request: IncomingMessage): Promise<string> {
	return (await request.setEncoding("utf8").toArray()).join("");
}

async function listen(server: Server, port: number): Promise<number> {
	await new Promise<void>((resolve, reject) => {
		server.once("error", reject);
		server.listen(port, "127.0.0.1", resolve);
	});
	return (server.address() as AddressInfo).port;
}
