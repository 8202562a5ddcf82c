/** Kills the runtime while tool calls are queued and made, and expects each to be made to its end, with one effect. */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { ApiClient, Json } from "../../scripts/api-client.ts";
import type { Platform } from "../../scripts/platform.ts";
import { faultAdmin, startFaultPlatform, stopFaultPlatform } from "../support/fault-platform.ts";
import { faultSeeds, insist, isLong, killRuntime } from "../support/kill-runtime.ts";
import { newPerson } from "../support/people.ts";
import { seededRandom } from "../support/seeded-random.ts";

const calls = isLong ? 2_000 : 500;
const kills = isLong ? 20 : 5;
const senders = 12;
const settledWithinMs = 60_000;
/** Slow enough that calls wait in the queue, and that every kill finds some half made. */
const serverMs = 120;

interface Orders {
	url: string;
	/** Every request, in the order of their arrival. */
	log: { key: string; order: string }[];
	/** What was done, by key: a key that comes again does nothing. */
	effects: Map<string, string>;
	close(): void;
}

let platform: Platform;

beforeAll(async () => {
	platform = await startFaultPlatform({ EGRESS_ALLOW: "127.0.0.0/8" });
});

afterAll(async () => {
	await stopFaultPlatform(platform);
});

test.each(faultSeeds())(
	`${kills} kills over ${calls} queued tool calls, seed %i`,
	{ timeout: 600_000 },
	async (seed) => {
		const random = seededRandom(seed);
		const ada = await newPerson({ url: platform.url, admin: faultAdmin });
		const orders = await startOrders();
		const restartsBefore = platform.restarts;
		const accepted = new Map<string, string>();
		let posts = 0;

		let next = 0;
		const sending = Array.from({ length: senders }, async () => {
			while (next < calls) {
				const order = `order ${next++}`;
				const key = randomUUID();
				const response = await insist(() => {
					posts++;
					return place(ada, orders.url, order, key);
				});
				expect(response.status).toBe(202);
				accepted.set(order, (await response.json<Json>()).executionId);
			}
		});
		const sent = Promise.all(sending);
		for (let kill = 1; kill <= kills; kill++) {
			const after = Math.floor(((kill - random.integer(0, 90) / 100) * calls) / kills);
			while (accepted.size < after) await Promise.race([delay(5), sent]);
			await killRuntime(platform, random);
		}
		const lastKillAt = Date.now();
		await sent;

		// Read from D1: it wakes no object.
		const listed = await untilSettled(ada, lastKillAt + settledWithinMs);
		const settledAfterMs = Math.max(...listed.map(({ endTime }) => Date.parse(endTime))) - lastKillAt;
		orders.close();
		const again = orders.log.length - orders.effects.size;
		console.log(
			`seed ${seed}: ${kills} kills, ${platform.restarts - restartsBefore} restarts, ${posts} POSTs for ${calls} calls, ` +
				`${listed.length} executions, ${orders.log.length} requests with ${orders.effects.size} keys (${again} again), ` +
				`all settled ${settledAfterMs} ms after the last kill`,
		);
		expect(platform.restarts - restartsBefore).toBeGreaterThanOrEqual(kills);
		expect(new Set(listed.map(({ id }) => id))).toEqual(new Set(accepted.values()));
		expect(listed.length).toBe(calls);
		expect(listed.filter(({ status }) => status !== "completed")).toEqual([]);
		expect(settledAfterMs).toBeLessThan(settledWithinMs);
		// One effect a call: its key is its own, and the same each time.
		expect([...orders.effects.values()].toSorted()).toEqual([...accepted.keys()].toSorted());
		for (const { key, order } of orders.log) expect(orders.effects.get(key)).toBe(order);
		expect(again).toBeGreaterThan(0);
	},
);

async function place(api: ApiClient, url: string, order: string, key: string): Promise<Response> {
	const body = { parameters: { url, method: "POST", body: order, headers: { "Content-Type": "text/plain" } } };
	const headers = { "idempotency-key": key, prefer: "respond-async" };
	return await api.fetch("POST", "/api/v1/tools/web_fetch/execute", body, headers);
}

/** A server that takes orders, and knows an order that it has taken by its key. */
async function startOrders(): Promise<Orders> {
	const log: Orders["log"] = [];
	const effects = new Map<string, string>();
	const server = createServer((request, response) => {
		let order = "";
		request.setEncoding("utf8").on("data", (text: string) => (order += text));
		request.on("end", () => {
			const key = String(request.headers["idempotency-key"]);
			log.push({ key, order });
			if (!effects.has(key)) effects.set(key, order);
			setTimeout(() => response.end("taken"), serverMs);
		});
	});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address() as AddressInfo;
	return { url: `http://127.0.0.1:${port}/orders`, log, effects, close: () => server.close() };
}

async function untilSettled(api: ApiClient, deadline: number): Promise<Json[]> {
	const open = async () => {
		const statuses = ["queued", "running"];
		const pages = statuses.map((status) => page(api, new URLSearchParams({ status, limit: "1" })));
		return (await Promise.all(pages)).flatMap(({ executions }) => executions);
	};
	return await vi.waitFor(
		async () => {
			expect(await open()).toEqual([]);
			const listed = await all(api);
			expect(listed.length).toBeGreaterThanOrEqual(calls);
			return listed;
		},
		{ timeout: Math.max(deadline - Date.now(), 1_000), interval: 500 },
	);
}

async function all(api: ApiClient): Promise<Json[]> {
	const listed: Json[] = [];
	let cursor: string | undefined;
	do {
		const found = await page(api, new URLSearchParams({ limit: "100", ...(cursor && { cursor }) }));
		listed.push(...found.executions);
		cursor = found.nextCursor;
	} while (cursor);
	return listed;
}

async function page(api: ApiClient, query: URLSearchParams): Promise<Json> {
	const response = await insist(() => api.fetch("GET", `/api/v1/tools/executions?${query.toString()}`));
	return await response.json<Json>();
}
