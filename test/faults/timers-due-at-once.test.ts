/** A thousand executions wait for the same moment, and the runtime is killed before it: each goes on once, in time (L7). */
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Json } from "../../scripts/api-client.ts";
import type { Platform } from "../../scripts/platform.ts";
import { faultAdmin, startFaultPlatform, stopFaultPlatform } from "../support/fault-platform.ts";
import { faultSeeds, insist, isLong, killRuntime } from "../support/kill-runtime.ts";
import { newPerson } from "../support/people.ts";
import { seededRandom } from "../support/seeded-random.ts";

const timers = isLong ? 1_000 : 200;
const dueInMs = isLong ? 45_000 : 20_000;
const senders = 8;
const handledWithinMs = 60_000;

let platform: Platform;

beforeAll(async () => {
	platform = await startFaultPlatform();
});

afterAll(async () => {
	await stopFaultPlatform(platform);
});

test.each(faultSeeds())(`${timers} timers due at once, after a kill, seed %i`, { timeout: 300_000 }, async (seed) => {
	const random = seededRandom(seed);
	const ada = await newPerson({ url: platform.url, admin: faultAdmin });
	const dueAt = Date.now() + dueInMs;
	const body = {
		nodes: [
			{ id: "nap", type: "wait", config: { until: "{{ input.until }}" } },
			{ id: "awake", type: "transform", config: { value: "{{ input.name }}" } },
		],
		edges: [{ id: "then", source: "nap", target: "awake" }],
	};
	const ids: string[] = [];
	let next = 0;
	await Promise.all(
		Array.from({ length: senders }, async () => {
			while (next < timers) {
				const input = { until: new Date(dueAt).toISOString(), name: `timer ${next++}` };
				ids.push((await ada.call("POST", "/api/v1/workflows/execute", { ...body, input })).executionId);
			}
		}),
	);
	expect(Date.now(), "the timers are set before they are due").toBeLessThan(dueAt);
	await delay(Math.max(dueAt - Date.now() - 2_000, 0));
	await killRuntime(platform, random);
	// Nobody asks until they are due: they wake by themselves.
	await delay(Math.max(dueAt - Date.now() + 1_000, 0));

	const found = new Map<string, Json>();
	await vi.waitFor(
		async () => {
			for (const id of ids.filter((id) => !found.has(id))) {
				const response = await insist(() => ada.fetch("GET", `/api/v1/workflows/executions/${id}`));
				const execution = await response.json<Json>();
				if (execution.endTime) found.set(id, execution);
			}
			expect(found.size).toBe(timers);
		},
		{ timeout: handledWithinMs + 30_000, interval: 500 },
	);
	const executions = [...found.values()];
	const late = executions.map(({ endTime }) => Date.parse(endTime) - dueAt);
	console.log(
		`seed ${seed}: ${timers} timers, ${executions.length} handled, the first ${Math.min(...late)} ms and the last ` +
			`${Math.max(...late)} ms after they were due`,
	);
	expect(executions.filter(({ status }) => status !== "completed")).toEqual([]);
	expect(new Set(executions.map(({ output }) => output)).size).toBe(timers);
	expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
	expect(Math.max(...late)).toBeLessThan(handledWithinMs);
	// Once each: one event for each node, and one for the end.
	for (const { lastSeq } of executions) expect(lastSeq).toBe(5);
});
