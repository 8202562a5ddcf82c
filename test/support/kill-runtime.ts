/** What the fault tests share: seeds, kills, and clients that do not take a broken connection for an answer. */
import { setTimeout as delay } from "node:timers/promises";
import { expect, vi } from "vitest";
import type { Platform } from "../../scripts/platform.ts";
import type { SeededRandom } from "./seeded-random.ts";

/** `npm run test:faults` takes longer, and other seeds every time, unless `FAULT_SEED` names one. */
export const isLong = process.env.MODE === "faults";

export function faultSeeds(): number[] {
	if (!isLong) return [20];
	const { FAULT_SEED: chosen } = process.env;
	if (chosen) return [Number(chosen)];
	return Array.from({ length: 5 }, () => Math.floor(Math.random() * 2 ** 31));
}

/** Resolves when the platform is up again. Now and then it kills twice in a row, so that one falls into the restart. */
export async function killRuntime(platform: Platform, random: SeededRandom): Promise<void> {
	const pid = platform.pid();
	process.kill(pid, "SIGKILL");
	if (random.integer(1, 10) === 1) {
		await vi.waitFor(() => expect(platform.pid()).not.toBe(pid), 10_000);
		process.kill(platform.pid(), "SIGKILL");
	}
	const health = await insist(() => fetch(`${platform.url}/api/health`, { signal: AbortSignal.timeout(5_000) }));
	expect(health.status).toBe(200);
}

/** The answer, once there is one: a connection that broke is tried again. */
export async function insist(send: () => Promise<Response>): Promise<Response> {
	for (let attempt = 0; attempt < 200; attempt++) {
		try {
			return await send();
		} catch {
			await delay(100);
		}
	}
	throw new Error("no connection");
}
