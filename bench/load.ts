/**
 * HTTP/1.1 load over connections that stay open. It parses no more of an answer than where it ends, so that on a small
 * machine the client takes as little as possible from what it measures.
 */
import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

export interface Target {
	url: string;
	headers?: Record<string, string>;
	/** Makes it a POST. */
	body?: unknown;
	/** What every answer must contain: work that was not done must not count as fast. */
	expect: string;
}

export interface LoadOptions {
	connections: number;
	seconds: number;
	/** What is sent before counts for nothing; 0.3 s unless set. */
	warmUpSeconds?: number;
}

const warmUp = 0.3;

/** Requests a second, as many as there can be. */
export async function saturate(
	target: Target,
	{ connections, seconds, warmUpSeconds = warmUp }: LoadOptions,
): Promise<number> {
	let done = 0;
	const phase = { counting: false, stopped: false };
	const sockets = await openAll(target, connections);
	const loops = sockets.map(async (socket) => {
		while (!phase.stopped) {
			await socket.request();
			if (phase.counting) done++;
		}
	});
	const failed = Promise.all(loops);
	await Promise.race([delay(warmUpSeconds * 1_000), failed]);
	phase.counting = true;
	const started = performance.now();
	await Promise.race([delay(seconds * 1_000), failed]);
	const elapsed = performance.now() - started;
	phase.counting = false;
	phase.stopped = true;
	await failed;
	for (const socket of sockets) socket.close();
	return (done / elapsed) * 1_000;
}

/**
 * Requests a second over a fixed number of requests. Where each takes long, those that run side by side end together,
 * and counting what ends in a given time would count whole rounds.
 */
export async function rateOf(
	target: Target,
	{ connections, requests }: { connections: number; requests: number },
): Promise<number> {
	const sockets = await openAll(target, connections);
	await Promise.all(sockets.map((socket) => socket.request()));
	const started = performance.now();
	let left = requests;
	await Promise.all(
		sockets.map(async (socket) => {
			while (left-- > 0) await socket.request();
		}),
	);
	const elapsed = performance.now() - started;
	for (const socket of sockets) socket.close();
	return (requests / elapsed) * 1_000;
}

/** Milliseconds of each request at a fixed rate; one that is late because of the one before counts from when it was due. */
export async function atRate(
	target: Target,
	perSecond: number,
	{ connections, seconds }: LoadOptions,
): Promise<number[]> {
	const sockets = await openAll(target, connections);
	const interval = (connections / perSecond) * 1_000;
	const begin = performance.now();
	const times = await Promise.all(
		sockets.map(async (socket, index) => {
			const taken: number[] = [];
			for (let due = begin + (index / connections) * interval; due < begin + seconds * 1_000; due += interval) {
				const early = due - performance.now();
				if (early > 0) await delay(early);
				const from = early > 0 ? performance.now() : due;
				await socket.request();
				if (due - begin > warmUp * 1_000) taken.push(performance.now() - from);
			}
			return taken;
		}),
	);
	for (const socket of sockets) socket.close();
	return times.flat();
}

interface Connection {
	/** Sends the request; resolves when its answer is complete, rejects where that is not what was expected. */
	request(): Promise<void>;
	close(): void;
}

async function openAll(target: Target, connections: number): Promise<Connection[]> {
	const bytes = requestBytes(target);
	return await Promise.all(Array.from({ length: connections }, () => open(target, bytes)));
}

function requestBytes({ url, headers = {}, body }: Target): Buffer {
	const { host, pathname, search } = new URL(url);
	const text = body === undefined ? "" : JSON.stringify(body);
	const entity =
		body === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(text) };
	const lines = Object.entries({ host, ...headers, ...entity }).map(([name, value]) => `${name}: ${value}\r\n`);
	return Buffer.from(
		`${body === undefined ? "GET" : "POST"} ${pathname}${search} HTTP/1.1\r\n${lines.join("")}\r\n${text}`,
	);
}

async function open({ url, expect }: Target, bytes: Buffer): Promise<Connection> {
	const { hostname, port } = new URL(url);
	const socket: Socket = connect({ host: hostname, port: Number(port), noDelay: true });
	let answer = "";
	let pending = Promise.withResolvers<void>();
	const fail = (why: string) => pending.reject(new Error(`${url}: ${why}`));
	socket.setEncoding("latin1");
	socket.on("data", (chunk: string) => {
		answer += chunk;
		if (!isComplete(answer)) return;
		if (/^HTTP\/1\.1 20[02] /.test(answer) && answer.includes(expect)) pending.resolve();
		else fail(`answered ${answer.slice(0, 2_000)}`);
	});
	socket.on("error", (error) => fail(error.message));
	socket.on("close", () => fail("closed the connection"));
	await new Promise<void>((resolve) => socket.once("connect", resolve));
	return {
		request() {
			answer = "";
			pending = Promise.withResolvers<void>();
			socket.write(bytes);
			return pending.promise;
		},
		close() {
			pending.promise.catch(() => {});
			socket.destroy();
		},
	};
}

function isComplete(answer: string): boolean {
	const bodyAt = answer.indexOf("\r\n\r\n") + 4;
	if (bodyAt === 3) return false;
	const length = /\r\ncontent-length: *(\d+)/i.exec(answer.slice(0, bodyAt))?.[1];
	return length === undefined ? answer.endsWith("\r\n0\r\n\r\n") : answer.length - bodyAt >= Number(length);
}
