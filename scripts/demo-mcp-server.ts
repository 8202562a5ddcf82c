/** The MCP server that the demo registers: parcels on their way, in a process of the demo's own. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { createMcpHandler, McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";

const parcels: Record<string, string> = { "AE-1": "delivered", "AE-2": "in Rotterdam", "AE-3": "not sent yet" };

export interface DemoMcpServer {
	url: string;
	close(): void;
}

export async function startDemoMcpServer(): Promise<DemoMcpServer> {
	const handler = createMcpHandler(parcelServer);
	const server = createServer((request, response) => {
		void answer(handler, request, response).catch(() => response.destroy());
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}/mcp`,
		close() {
			server.closeAllConnections();
			server.close();
		},
	};
}

function parcelServer(): McpServer {
	const server = new McpServer({ name: "parcels", version: "1.0.0" });
	server.registerTool(
		"track",
		{
			description: "Tells where a parcel is.",
			inputSchema: z.object({ number: z.string().describe("Number of the parcel, as AE-1.") }),
			annotations: { readOnlyHint: true },
		},
		async ({ number }) => ({ content: [{ type: "text", text: `${number} is ${parcels[number] ?? "unknown"}.` }] }),
	);
	return server;
}

async function answer(
	handler: ReturnType<typeof createMcpHandler>,
	incoming: IncomingMessage,
	outgoing: ServerResponse,
): Promise<void> {
	const { method = "GET", url = "/", headers } = incoming;
	const body = method === "POST" ? Buffer.concat(await Array.fromAsync(incoming)) : undefined;
	const request = new Request(`http://${headers.host}${url}`, {
		method,
		headers: headers as Record<string, string>,
		body,
	});
	const response = await handler.fetch(request);
	outgoing.writeHead(response.status, Object.fromEntries(response.headers));
	if (response.body) Readable.fromWeb(response.body as never).pipe(outgoing);
	else outgoing.end();
}
