/** Kills the runtime while clients stream, and expects that nobody notices but by the clock. */
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { ApiClient, Json } from "../../scripts/api-client.ts";
import type { Platform } from "../../scripts/platform.ts";
import { faultAdmin, startFaultPlatform, stopFaultPlatform } from "../support/fault-platform.ts";
import { faultSeeds, insist, isLong, killRuntime } from "../support/kill-runtime.ts";
import { newPerson } from "../support/people.ts";
import { textsOf, watchRun, type WatchedRun } from "../support/run-watcher.ts";
import { seededRandom } from "../support/seeded-random.ts";

const kills = isLong ? 50 : 20;
const streamingClients = 6;
const recoversWithinMs = 30_000;

const poem = Array.from({ length: 30 }, (_, line) => `line ${line} of {{message}}; `).join("");
const reciter = {
	name: "Reciter",
	framework: "langchain",
	config: {
		model: "local/script",
		tools: ["current_time", "remember"],
		script: [
			{ say: poem, chunks: 25, delayMs: 20 },
			{ call: "current_time", input: { timeZone: "UTC" } },
			{ say: `again: ${poem}`, chunks: 15, delayMs: 20 },
			{ call: "remember", input: { key: "{{message}}", value: "said" } },
			{ say: "the end of {{message}}", chunks: 4, delayMs: 30 },
		],
	},
};

interface Finished extends WatchedRun {
	message: string;
	/** How often the POST was sent until it was answered. */
	posts: number;
}

let platform: Platform;

beforeAll(async () => {
	platform = await startFaultPlatform();
});

afterAll(async () => {
	await stopFaultPlatform(platform);
});

test.each(faultSeeds())(`${kills} kills while clients stream, seed %i`, { timeout: 600_000 }, async (seed) => {
	const random = seededRandom(seed);
	const ada = await newPerson({ url: platform.url, admin: faultAdmin });
	const { id: agentId } = await ada.call("POST", "/api/v1/agents", reciter);
	const restartsBefore = platform.restarts;

	const work = new AbortController();
	const clients = Array.from({ length: streamingClients }, (_, index) =>
		talkUntil(work.signal, ada, agentId, `client ${index}`, index % 3 === 2 ? "socket" : "sse"),
	);
	const acceptedBeforeKills: string[] = [];
	for (let kill = 0; kill < kills; kill++) {
		await delay(random.integer(200, 1_000));
		if (kill % 4 === 0) acceptedBeforeKills.push(await accept(ada, agentId));
		await killRuntime(platform, random);
	}
	work.abort();
	const runs = (await Promise.all(clients)).flat();
	await Promise.all(acceptedBeforeKills.map((id) => watchRun(ada, id, "sse")));

	const lost = runs.reduce((sum, run) => sum + run.lost, 0);
	const duplicated = runs.reduce((sum, run) => sum + run.duplicated, 0);
	const events = runs.reduce((sum, run) => sum + run.events.length, 0);
	const reconnects = runs.reduce((sum, run) => sum + run.reconnects - 1, 0);
	const retries = runs.reduce((sum, run) => sum + run.posts - 1, 0);
	const discarded = runs.flatMap(({ events }) => events).filter(({ type }) => type === "message.discarded").length;
	console.log(
		`seed ${seed}: ${kills} kills, ${platform.restarts - restartsBefore} restarts, ${runs.length} runs, ${events} events, ` +
			`${reconnects} reconnects, ${retries} POSTs again, ${discarded} half messages discarded; ` +
			`${lost} lost, ${duplicated} duplicated`,
	);
	expect({ lost, duplicated }).toEqual({ lost: 0, duplicated: 0 });
	expect(platform.restarts - restartsBefore).toBeGreaterThanOrEqual(kills);
	expect(runs.length).toBeGreaterThanOrEqual(streamingClients);
	for (const run of runs) expectWhole(run);

	// Every POST, however often it was sent, made one run; and none of them goes on.
	const known = new Set([...runs.map(({ executionId }) => executionId), ...acceptedBeforeKills]);
	const listed = await untilListed(ada, agentId, known.size);
	expect(listed.length).toBe(known.size);
	expect(new Set(listed.map(({ id }) => id))).toEqual(known);
	expect(listed.filter(({ status }) => status !== "completed")).toEqual([]);
	for (const id of known) expect((await ada.call("GET", `/api/v1/agents/executions/${id}`)).status).toBe("completed");
});

test("what was accepted right before a kill exists, and finishes although nobody asks for it", async () => {
	const ada = await newPerson({ url: platform.url, admin: faultAdmin });
	const { id: agentId } = await ada.call("POST", "/api/v1/agents", reciter);
	const accepted = await Promise.all(Array.from({ length: 6 }, () => accept(ada, agentId)));
	process.kill(platform.pid(), "SIGKILL");
	const killedAt = Date.now();
	// The list is read from D1: asking for it wakes no object.
	const listed = await untilListed(ada, agentId, accepted.length);
	expect(new Set(listed.map(({ id }) => id))).toEqual(new Set(accepted));
	for (const { startTime, endTime } of listed) {
		expect(Date.parse(startTime)).toBeLessThan(killedAt);
		expect(Date.parse(endTime)).toBeLessThan(killedAt + recoversWithinMs);
	}
});

test("one Idempotency-Key is one run, also when a kill comes between", async () => {
	const ada = await newPerson({ url: platform.url, admin: faultAdmin });
	const { id: agentId } = await ada.call("POST", "/api/v1/agents", reciter);
	const path = `/api/v1/agents/${agentId}/execute`;
	const headers = { "idempotency-key": randomUUID(), prefer: "respond-async" };
	const post = (message: string) => insist(() => ada.fetch("POST", path, { message }, headers));
	const answers = await Promise.all([
		...Array.from({ length: 10 }, () => post("once")),
		killRuntime(platform, seededRandom(1)),
	]);
	const ids = await Promise.all(answers.flatMap((answer) => (answer ? answer.json<Json>() : [])));
	expect(new Set(ids.map(({ executionId }) => executionId)).size).toBe(1);
	expect((await post("twice")).status).toBe(422);
	const [run] = await untilListed(ada, agentId, 1);
	expect(run).toMatchObject({ id: ids[0].executionId, status: "completed" });
});

/** Sends one message after the other to one session; the runs that it saw to their end. */
async function talkUntil(
	signal: AbortSignal,
	api: ApiClient,
	agentId: string,
	sessionId: string,
	by: "sse" | "socket",
): Promise<Finished[]> {
	const finished: Finished[] = [];
	while (!signal.aborted) {
		const message = `${sessionId}, message ${finished.length}`;
		const headers = { "idempotency-key": randomUUID(), ...(by === "socket" && { prefer: "respond-async" }) };
		const body = { message, sessionId, streaming: by === "sse" };
		let posts = 0;
		const response = await insist(() => {
			posts++;
			return api.fetch("POST", `/api/v1/agents/${agentId}/execute`, body, headers);
		});
		if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
		const executionId =
			by === "sse" ? response.headers.get("x-execution-id") : (await response.json<Json>()).executionId;
		const run = await watchRun(api, executionId, by, by === "sse" ? response : undefined);
		finished.push({ ...run, message, posts });
	}
	return finished;
}

/** Answers the id of a run that was accepted and that nobody watches. */
async function accept(api: ApiClient, agentId: string): Promise<string> {
	const headers = { "idempotency-key": randomUUID(), prefer: "respond-async" };
	const path = `/api/v1/agents/${agentId}/execute`;
	const response = await insist(() => api.fetch("POST", path, { message: "unwatched" }, headers));
	expect(response.status).toBe(202);
	return (await response.json<Json>()).executionId;
}

/** Every delta of every message, less what a crash cut off, is what the model was told to say. */
function expectWhole(run: Finished): void {
	const line = poem.replaceAll("{{message}}", run.message);
	expect(textsOf(run)).toEqual([line, `again: ${line}`, `the end of ${run.message}`]);
	expect(run.events.at(-1)).toMatchObject({ type: "run.completed" });
	const completed = run.events.filter(({ type }) => type === "message.completed");
	expect(completed.map(({ data }) => data.text)).toEqual(textsOf(run));
	const tools = run.events.filter(({ type }) => type === "tool.completed").map(({ data }) => data.toolId);
	expect(tools).toEqual(["current_time", "remember"]);
}

async function untilListed(api: ApiClient, agentId: string, count: number): Promise<Json[]> {
	return await vi.waitFor(
		async () => {
			const listed: Json[] = [];
			let cursor: string | undefined;
			do {
				const query = new URLSearchParams({ agentId, limit: "100", ...(cursor && { cursor }) });
				const page = await (
					await insist(() => api.fetch("GET", `/api/v1/agents/executions?${query.toString()}`))
				).json<Json>();
				listed.push(...page.executions);
				cursor = page.nextCursor;
			} while (cursor);
			expect(listed.filter(({ status }) => status === "completed").length).toBeGreaterThanOrEqual(count);
			return listed;
		},
		{ timeout: 45_000, interval: 500 },
	);
}
