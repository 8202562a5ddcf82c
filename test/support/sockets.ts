/** A WebSocket client for tests in Node: what came, how it ended, and how an upgrade is refused. */
import { request } from "node:http";
import { randomBytes } from "node:crypto";

// oxlint-disable-next-line typescript/no-explicit-any -- tests look into what they expect
type Frame = any;

export interface TestSocket {
	readonly frames: Frame[];
	/** The subprotocol that the server chose. */
	readonly protocol: string;
	/** False as soon as the server has said that it closes. */
	readonly isOpen: boolean;
	readonly closed: Promise<{ code: number; reason: string }>;
	send(frame: object | Uint8Array): void;
	/** The first frame that matches, come already or to come. */
	next(matches: (frame: Frame) => boolean): Promise<Frame>;
	close(): void;
}

interface Handshake {
	protocols?: string[];
	headers?: Record<string, string>;
}

/** Node's own WebSocket takes headers; its type is the browser's, which does not. */
const NodeWebSocket = globalThis.WebSocket as unknown as {
	new (url: string, handshake: Handshake): WebSocket;
	OPEN: number;
};

const waitMs = 10_000;

/** Resolves when the socket is open. */
export async function openSocket(url: string, handshake: Handshake = {}): Promise<TestSocket> {
	const socket = new NodeWebSocket(url.replace(/^http/, "ws"), handshake);
	const frames: Frame[] = [];
	const listeners = new Set<() => void>();
	socket.addEventListener("message", ({ data }) => {
		frames.push(JSON.parse(String(data)));
		for (const listener of listeners) listener();
	});
	const closed = new Promise<{ code: number; reason: string }>((resolve) => {
		socket.addEventListener("close", ({ code, reason }) => resolve({ code, reason }));
	});
	await new Promise<void>((resolve, reject) => {
		socket.addEventListener("open", () => resolve());
		socket.addEventListener("error", () => reject(new Error("the socket did not open")));
	});
	return {
		frames,
		closed,
		protocol: socket.protocol ?? "",
		get isOpen() {
			return socket.readyState === NodeWebSocket.OPEN;
		},
		send: (frame) => socket.send(frame instanceof Uint8Array ? frame : JSON.stringify(frame)),
		close: () => socket.close(),
		async next(matches) {
			const { promise, resolve, reject } = Promise.withResolvers<Frame>();
			const look = () => {
				const frame = frames.find(matches);
				if (frame) resolve(frame);
			};
			const timer = setTimeout(() => reject(new Error(`not among ${JSON.stringify(frames).slice(0, 2_000)}`)), waitMs);
			listeners.add(look);
			look();
			return await promise.finally(() => {
				clearTimeout(timer);
				listeners.delete(look);
			});
		},
	};
}

/** The status with which an upgrade is answered; 101 where it is not refused. */
export async function upgradeStatus(url: string, headers: Record<string, string>): Promise<number> {
	return await new Promise((resolve, reject) => {
		const upgrade = request(url, {
			headers: {
				connection: "Upgrade",
				upgrade: "websocket",
				"sec-websocket-version": "13",
				"sec-websocket-key": randomBytes(16).toString("base64"),
				...headers,
			},
		});
		upgrade.on("response", (response) => {
			response.resume();
			resolve(response.statusCode ?? 0);
		});
		upgrade.on("upgrade", (_response, socket) => {
			socket.destroy();
			resolve(101);
		});
		upgrade.on("error", reject);
		upgrade.end();
	});
}
