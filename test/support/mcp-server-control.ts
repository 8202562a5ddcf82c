/** Opens, changes and closes MCP servers from a test that runs in workerd. */
import type { FixtureTool, SeenRequest } from "./mcp-fixture-tools.ts";
import type { FixtureKind } from "./mcp-servers.ts";
import type { OAuthSettings } from "./oauth-fixture.ts";

export interface RemoteServer {
	/** Its MCP endpoint. */
	url: string;
	setTools(tools: FixtureTool[]): Promise<void>;
	/** Milliseconds that its list of tools takes from now on. */
	setListDelay(ms: number): Promise<void>;
	/** Beside what was set before. */
	setOAuth(settings: OAuthSettings): Promise<void>;
	/** Tells clients that its tools have changed. */
	announce(): Promise<void>;
	/** `pending`: requests whose answer has no end yet. */
	seen(): Promise<{ events: string[]; requests: SeenRequest[]; count: number; pending: number }>;
	stop(): Promise<void>;
	/** After `stop`: at the same address, without the sessions that it had. */
	start(): Promise<void>;
}

export async function openMcpServer(control: string, kind: FixtureKind): Promise<RemoteServer> {
	const { port } = await ask<{ port: number }>("POST", "", { kind });
	return {
		url: `${kind === "websocket" ? "ws" : "http"}://127.0.0.1:${port}/mcp`,
		setTools: (tools) => ask("PUT", `${port}/tools`, tools),
		setListDelay: (ms) => ask("PUT", `${port}/list-delay`, ms),
		setOAuth: (settings) => ask("PUT", `${port}/oauth`, settings),
		announce: () => ask("POST", `${port}/announce`),
		seen: () => ask("GET", `${port}/seen`),
		stop: () => ask("DELETE", `${port}`),
		start: () => ask("POST", "", { kind, port }),
	};

	async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
		const text = body === undefined ? undefined : JSON.stringify(body);
		const response = await fetch(`${control}/servers/${path}`, { method, body: text });
		if (!response.ok) throw new Error(await response.text());
		return await response.json();
	}
}
