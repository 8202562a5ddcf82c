/**
 * MCP over a WebSocket: one JSON-RPC message a text frame, subprotocol `mcp`. The specification has no such transport;
 * servers that speak it do so as the first SDK did.
 */
import { deserializeMessage, SdkError, SdkErrorCode, type Transport } from "@modelcontextprotocol/client";
import type { Exchange } from "./exchange.ts";

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
			socket?.close(1000);
			closed();
		},
	};
	return transport;

	function receive({ data }: MessageEvent): void {
		try {
			exchange.take(typeof data === "string" ? data.length : (data as ArrayBuffer).byteLength);
			if (typeof data === "string") transport.onmessage?.(deserializeMessage(data));
		} catch (error) {
			transport.onerror?.(error as Error);
		}
	}

	function closed(): void {
		if (!socket) return;
		socket = undefined;
		transport.onclose?.();
	}
}
