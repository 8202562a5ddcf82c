/**
 * MCP over a WebSocket: one JSON-RPC message a text frame, subprotocol `mcp`. The specification has no such transport;
 * servers that speak it do so as the first SDK did.
 */
import { deserializeMessage, SdkError, SdkErrorCode, type Transport } from "@modelcontextprotocol/client";
import type { Exchange } from "./exchange.ts";
import { McpFailure } from "./mcp-failure.ts";

/** RFC 6455 §7.4.1. */
const unsupportedData = 1003;

/** `open` is a guarded fetch: an upgrade by it is a request whose address is checked. */
export function webSocketTransport(
	url: URL,
	headers: Record<string, string>,
	open: (url: URL, init: RequestInit) => Promise<Response>,
	exchange: Exchange,
): Transport {
	let socket: WebSocket | undefined;
	const transport: Transport = {
		async start() {
			const upgrade = { upgrade: "websocket", "sec-websocket-protocol": "mcp" };
			const response = await open(url, { headers: { ...headers, ...upgrade }, redirect: "manual" });
			if (!response.webSocket) {
				await response.body?.cancel();
				exchange.refusedWith ??= response.status;
				throw new SdkError(SdkErrorCode.NotConnected, "The server did not open a WebSocket.");
			}
			socket = response.webSocket;
			socket.addEventListener("message", receive);
			socket.addEventListener("close", closed);
			socket.addEventListener("error", closed);
			socket.accept();
		},
		async send(message) {
			if (socket?.readyState !== WebSocket.OPEN) throw new SdkError(SdkErrorCode.NotConnected, "The socket is closed.");
			socket.send(JSON.stringify(message));
		},
		async close() {
			if (socket?.readyState === WebSocket.OPEN) socket.close(1000);
			closed();
		},
	};
	return transport;

	function receive({ data }: MessageEvent): void {
		if (typeof data !== "string") return refuse();
		try {
			exchange.take(data.length);
			transport.onmessage?.(deserializeMessage(data));
		} catch (error) {
			transport.onerror?.(error as Error);
		}
	}

	/** The exchange ends a moment later: its end cuts the connection, whether the close frame is out or not. */
	function refuse(): void {
		if (socket?.readyState !== WebSocket.OPEN) return;
		socket.close(unsupportedData, "Messages are text.");
		const isOutage = true;
		const failure = new McpFailure("bad_gateway", "The server sent a frame that is no text.", { isOutage });
		setTimeout(() => exchange.end(failure));
	}

	function closed(): void {
		if (!socket) return;
		socket = undefined;
		transport.onclose?.();
	}
}
