/**
 * A connection to PostgreSQL as the driver wants it, that of `postgres` for Workers excepted: that one leaves a rejected
 * promise behind whenever a connection is closed.
 */
import { connect } from "cloudflare:sockets";
import { EventEmitter } from "node:events";
import { AppError } from "#core/errors";

export interface SocketAddress {
	hostname: string;
	port: number;
	tls: boolean;
}

/** PostgreSQL, "Message Formats": SSLRequest, which is answered with one byte. */
const sslRequest = Uint8Array.of(0, 0, 0, 8, 4, 210, 22, 47);
const accepted = "S".charCodeAt(0);

/** Connected. It emits `data`, `error` and, once, `close`. */
export async function postgresSocket({ hostname, port, tls }: SocketAddress) {
	const plain = connect({ hostname, port }, { secureTransport: tls ? "starttls" : "off", allowHalfOpen: false });
	plain.closed.catch(() => {});
	await plain.opened;
	const socket = tls ? await secured(plain, hostname) : plain;
	const reader = socket.readable.getReader() as ReadableStreamDefaultReader<Uint8Array>;
	const writer = socket.writable.getWriter();
	const events = Object.assign(new EventEmitter(), { readyState: "open", write, end, destroy });
	socket.closed.catch(() => {});
	void read();
	return events;

	async function read(): Promise<void> {
		try {
			for (;;) {
				const { done, value } = await reader.read();
				if (done) break;
				events.emit("data", Buffer.from(value));
			}
			close();
		} catch (error) {
			close(error);
		}
	}

	function write(data: Uint8Array, written?: () => void): boolean {
		writer.write(data).then(written, close);
		return true;
	}

	function end(data: Uint8Array): void {
		write(data, destroy);
	}

	function destroy(): void {
		close();
		socket.close().catch(() => {});
	}

	function close(error?: unknown): void {
		if (events.readyState === "closed") return;
		events.readyState = "closed";
		if (error !== undefined) events.emit("error", error);
		events.emit("close");
	}
}

/** With a certificate for this host that the runtime trusts. */
async function secured(plain: Socket, hostname: string): Promise<Socket> {
	const writer = plain.writable.getWriter();
	await writer.write(sslRequest);
	writer.releaseLock();
	const reader = plain.readable.getReader() as ReadableStreamDefaultReader<Uint8Array>;
	const { value } = await reader.read();
	reader.releaseLock();
	// More than that byte would have been put before what is encrypted (CVE-2021-23222).
	if (value?.length === 1 && value[0] === accepted) return plain.startTls({ expectedServerHostname: hostname });
	await plain.close();
	throw new AppError("bad_gateway", "PostgreSQL does not offer TLS; its URL may end in ?sslmode=disable.");
}
