/**
 * Kills the runtime while workflows run, and expects each to come to its end, with every effect once (L1). The effects
 * are recorded outside, in PostgreSQL: requests as they come, and what was done by its key.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { ApiClient, Json } from "../../scripts/api-client.ts";
import type { Platform } from "../../scripts/platform.ts";
import { faultAdmin, startFaultPlatform, stopFaultPlatform } from "../support/fault-platform.ts";
import { type EffectLedger, openEffectLedger } from "../support/effect-ledger.ts";
import { faultSeeds, insist, isLong, killRuntime } from "../support/kill-runtime.ts";
import { newPerson } from "../support/people.ts";
import { seededRandom } from "../support/seeded-random.ts";

const executions = isLong ? 500 : 100;
const kills = isLong ? 50 : 8;
const senders = 8;
const settledWithinMs = 60_000;
/** Slow enough that every kill finds some steps half done. */
const answerMs = 25;

/** The steps with an effect. */
const steps = ["first", "left", "right", "tool", "each[0]/item", "each[1]/item"];

let platform: Platform;
let ledger: EffectLedger | undefined;

beforeAll(async () => {
	platform = await startFaultPlatform({ EGRESS_ALLOW: "127.0.0.0/8" });
	ledger = await openEffectLedger(answerMs);
	if (!ledger) console.warn("SKIPPED: killing workflows takes PostgreSQL on 127.0.0.1:5432");
});

afterAll(async () => {
	await ledger?.close();
	await stopFaultPlatform(platform);
});

test.for(faultSeeds())(
	`${kills} kills over ${executions} workflow executions, seed %i`,
	{ timeout: 900_000 },
	async (seed, { skip }) => {
		if (!ledger) return skip();
		const random = seededRandom(seed);
		const ada = await newPerson({ url: platform.url, admin: faultAdmin });
		const restartsBefore = platform.restarts;
		const names = Array.from({ length: executions }, (_, i) => `${seed}-${i}`);
		const accepted = new Map<string, string>();

		const waiting = [...names];
		const sending = Array.from({ length: senders }, async () => {
			for (let name = waiting.shift(); name; name = waiting.shift()) {
				const body = graphOf(name, ledger!.url);
				const headers = { "idempotency-key": randomUUID() };
				const response = await insist(() => ada.fetch("POST", "/api/v1/workflows/execute", body, headers));
				expect(response.status, await response.clone().text()).toBe(202);
				accepted.set(name, (await response.json<Json>()).executionId);
			}
		});
		const sent = Promise.all(sending);
		for (let kill = 1; kill <= kills; kill++) {
			const after = Math.floor(((kill - random.integer(0, 90) / 100) * executions) / kills);
			while (accepted.size < after) await Promise.race([delay(5), sent]);
			await killRuntime(platform, random);
		}
		const lastKillAt = Date.now();
		await sent;

		const ended = await untilEnded(ada, lastKillAt + settledWithinMs);
		const settledAfterMs = Math.max(...ended.map(({ endTime }) => Date.parse(endTime))) - lastKillAt;
		const restarts = platform.restarts - restartsBefore;
		const [attempts, effects] = await Promise.all([ledger.attempts(), ledger.effects()]);
		const expected = names.flatMap((name) => steps.map((step) => `${name}:${step}`));
		const lost = expected.filter((step) => !effects.has(step));
		const duplicated = expected.filter((step) => (effects.get(step)?.length ?? 0) > 1);
		const most = Math.max(...expected.map((step) => attempts.get(step) ?? 0));
		const again = expected.filter((step) => (attempts.get(step) ?? 0) > 1).length;
		console.log(
			`seed ${seed}: ${kills} kills, ${restarts} restarts, ${ended.length} executions, ${expected.length} effects: ` +
				`lost = ${lost.length}, duplicated = ${duplicated.length}; ${again} steps were asked for again, one ${most} times; ` +
				`all ended ${settledAfterMs} ms after the last kill`,
		);
		expect({ lost, duplicated }).toEqual({ lost: [], duplicated: [] });
		expect(new Set(ended.map(({ executionId }) => executionId))).toEqual(new Set(accepted.values()));
		expect(ended.filter(({ status }) => status !== "completed")).toEqual([]);
		expect(most).toBeLessThanOrEqual(1 + restarts);
		expect(settledAfterMs).toBeLessThan(settledWithinMs);
		// Otherwise no kill has met a step at work.
		expect(again).toBeGreaterThan(0);
		expect(restarts).toBeGreaterThanOrEqual(kills);
	},
);

/** A step, two side by side, a tool that writes, and a loop of two rounds: six effects. */
function graphOf(name: string, url: string): object {
	const post = (id: string, step = id) => ({
		...{ id, type: "http", config: { url, method: "POST", body: `${name}:${step}` } },
		retry: { maxAttempts: 20, delay: 50, maxDelay: 500 },
	});
	const tool = { url, method: "POST", body: `${name}:tool`, headers: { "Content-Type": "text/plain" } };
	const nodes = [
		{ id: "start", type: "start" },
		post("first"),
		{ id: "fork", type: "parallel" },
		post("left"),
		post("right"),
		{ id: "join", type: "merge" },
		{ id: "tool", type: "tool", config: { toolId: "web_fetch", parameters: tool } },
		{
			...{ id: "each", type: "loop" },
			config: { items: [0, 1], concurrency: 2, body: { nodes: [post("item", "each[{{ index }}]/item")] } },
		},
	];
	const links = [
		...[
			["start", "first"],
			["first", "fork"],
			["fork", "left"],
			["fork", "right"],
		],
		...[
			["left", "join"],
			["right", "join"],
			["join", "tool"],
			["tool", "each"],
		],
	];
	return { nodes, edges: links.map(([source, target]) => ({ id: `${source}-${target}`, source, target })) };
}

async function untilEnded(api: ApiClient, deadline: number): Promise<Json[]> {
	return await vi.waitFor(
		async () => {
			const listed = await all(api);
			expect(listed.length).toBe(executions);
			expect(listed.filter(({ endTime }) => !endTime)).toEqual([]);
			return listed;
		},
		{ timeout: Math.max(deadline - Date.now(), 1_000), interval: 1_000 },
	);
}

async function all(api: ApiClient): Promise<Json[]> {
	const listed: Json[] = [];
	let cursor: string | undefined;
	do {
		const query = new URLSearchParams({ limit: "100", ...(cursor && { cursor }) });
		const response = await insist(() => api.fetch("GET", `/api/v1/workflows/executions?${query.toString()}`));
		const page = await response.json<Json>();
		listed.push(...page.executions);
		cursor = page.nextCursor;
	} while (cursor);
	return listed;
}
