/** Kills the runtime once while very many sockets listen, and expects them all back soon, with every event once. */
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Json } from "../../scripts/api-client.ts";
import type { Platform } from "../../scripts/platform.ts";
import { faultAdmin, startFaultPlatform, stopFaultPlatform } from "../support/fault-platform.ts";
import { isLong } from "../support/kill-runtime.ts";
import { newPerson } from "../support/people.ts";
import { watchRun } from "../support/run-watcher.ts";

const sockets = isLong ? 1_000 : 200;
const runs = isLong ? 20 : 4;
const mostAreBackWithinMs = 10_000;
const allAreBackWithinMs = 30_000;

/** Goes on for long enough that everybody is there before the kill, and back before the end. */
const teller = {
	name: "Teller",
	framework: "langchain",
	config: {
		model: "local/script",
		script: [{ say: "word ".repeat(160).trim(), chunks: 160, delayMs: isLong ? 400 : 150 }],
	},
};

let platform: Platform;

beforeAll(async () => {
	platform = await startFaultPlatform();
});

afterAll(async () => {
	await stopFaultPlatform(platform);
});

test(
	`${sockets} open sockets and a kill: 95 of 100 are back within 10 s, all within 30`,
	{ timeout: 300_000 },
	async () => {
		const ada = await newPerson({ url: platform.url, admin: faultAdmin });
		const { id: agentId } = await ada.call("POST", "/api/v1/agents", teller);
		const ids: string[] = [];
		for (let run = 0; run < runs; run++) {
			const execute = `/api/v1/agents/${agentId}/execute`;
			const accepted: Json = await ada.call("POST", execute, { message: `run ${run}` }, { prefer: "respond-async" });
			ids.push(accepted.executionId);
		}
		let open = 0;
		const allAreOpen = Promise.withResolvers<void>();
		const opened = () => {
			if (++open === sockets) allAreOpen.resolve();
		};
		const watched = Array.from({ length: sockets }, async (_, index) => {
			// Not all in the same instant: a listener has room for so many.
			await delay(index * 4);
			return await watchRun(ada, ids[index % runs]!, "socket", undefined, opened);
		});
		await allAreOpen.promise;
		process.kill(platform.pid(), "SIGKILL");
		const killedAt = Date.now();

		const all = await Promise.all(watched);
		const backAfter = all
			.map(({ openedAt }) => (openedAt.find((at) => at > killedAt) ?? Infinity) - killedAt)
			.toSorted((a, b) => a - b);
		const most = backAfter[Math.ceil(sockets * 0.95) - 1] ?? Infinity;
		const last = backAfter.at(-1) ?? Infinity;
		const sum = (of: (run: (typeof all)[number]) => number) => all.reduce((total, run) => total + of(run), 0);
		const [lost, duplicated] = [sum((run) => run.lost), sum((run) => run.duplicated)];
		console.log(
			`${sockets} sockets on ${runs} runs: 95 % back after ${most} ms, all after ${last} ms, ` +
				`${sum(({ events }) => events.length)} events, ${lost} lost, ${duplicated} duplicated`,
		);
		expect({ lost, duplicated }).toEqual({ lost: 0, duplicated: 0 });
		expect(most).toBeLessThan(mostAreBackWithinMs);
		expect(last).toBeLessThan(allAreBackWithinMs);
		expect(all.filter(({ events }) => events.at(-1)?.type !== "run.completed")).toEqual([]);
	},
);
