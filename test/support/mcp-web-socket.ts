/** MCP over a WebSocket, as servers built from the first SDK spoke it: a text frame (RFC 6455) a message. */
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { JSONRPCMessage, Transport } from "@modelcontextprotocol/server";
import { newServer } from "./mcp-fixture-server.ts";
import type { FixtureState } from "./mcp-fixture-tools.ts";

const guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

export async function acceptMcpSocket(state: FixtureState, request: IncomingMessage, socket: Duplex): Promise<void> {
	const accept = createHash("sha1").update(`${request.headers["sec-websocket-key"]}${guid}`).digest("base64");
	socket.write(
		"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
			`Sec-WebSocket-Protocol: mcp\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
	);
	await newServer(state).connect(socketTransport(state, socket));
}

/** A call of the tool `binary` is answered by a binary frame. */
function socketTransport({ events }: FixtureState, socket: Duplex): Transport {
	let received = Buffer.alloc(0);
	const transport: Transport = {
		async start() {
			socket.on("data", (chunk: Buffer) => {
				received = Buffer.concat([received, chunk]);
				for (let frame = takeFrame(); frame; frame = takeFrame()) {
					if (frame.opcode === 8) close(frame.payload);
					if (frame.opcode === 1) receive(JSON.parse(frame.payload.toString()));
				}
			});
			socket.on("close", () => transport.onclose?.());
			socket.on("error", () => {});
		},
		async send(message) {
			socket.write(textFrame(JSON.stringify(message)));
		},
		async close() {
			socket.destroy();
		},
	};
	return transport;

	function close(payload: Buffer): void {
		if (payload.length >= 2) events.push(`closed ${payload.readUInt16BE()}`);
		socket.end();
	}

	function receive(message: JSONRPCMessage & { params?: { name?: unknown } }): void {
		if (message.params?.name === "binary") socket.write(Buffer.from([0x82, 1, 0]));
		else transport.onmessage?.(message);
	}

	/** RFC 6455 §5.2; clients mask, and send no fragments here. */
	function takeFrame(): { opcode: number; payload: Buffer } | undefined {
		if (received.length < 6) return undefined;
		const short = received.readUInt8(1) & 0x7f;
		const lengthSize = short === 127 ? 8 : short === 126 ? 2 : 0;
		const start = 2 + lengthSize + 4;
		if (received.length < start) return undefined;
		const length =
			short === 127 ? Number(received.readBigUInt64BE(2)) : short === 126 ? received.readUInt16BE(2) : short;
		if (received.length < start + length) return undefined;
		const mask = received.subarray(start - 4, start);
		const payload = Buffer.from(received.subarray(start, start + length));
		for (const [i, byte] of payload.entries()) payload[i] = byte ^ (mask[i % 4] ?? 0);
		const opcode = received.readUInt8(0) & 0x0f;
		received = received.subarray(start + length);
		return { opcode, payload };
	}
}

function textFrame(text: string): Buffer {
	const payload = Buffer.from(text);
	const header = Buffer.alloc(payload.length < 126 ? 2 : payload.length < 65_536 ? 4 : 10);
	header.writeUInt8(0x81, 0);
	header.writeUInt8(header.length === 2 ? payload.length : header.length === 4 ? 126 : 127, 1);
	if (header.length === 4) header.writeUInt16BE(payload.length, 2);
	if (header.length === 10) header.writeBigUInt64BE(BigInt(payload.length), 2);
	return Buffer.concat([header, payload]);
}
