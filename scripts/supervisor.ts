/**
 * Keeps a workerd running: one that dies is started again on the same port with the same state, so alarms and queues go
 * on. Miniflare does that once for each death; a death during the restart makes it give up, and then we go on here.
 */
import { setTimeout as delay } from "node:timers/promises";
import { Miniflare, type MiniflareOptions } from "miniflare";
import { watchRuntime } from "./runtime-process.ts";
import { SetupError } from "./setup-error.ts";

export interface SupervisedRuntime {
	readonly pid: number;
	readonly restarts: number;
	/** Calls the `scheduled` handler of a Worker, by its name in the options. */
	schedule(worker: string, cron: string, at: Date): Promise<void>;
	stop(): Promise<void>;
}

const retryMs = 250;

/** `onSpawn` hears the process id of each workerd, the first one included. */
export async function superviseRuntime(
	options: MiniflareOptions,
	onSpawn: (pid: number) => void,
): Promise<SupervisedRuntime> {
	let pid = 0;
	let spawns = 0;
	let state: "starting" | "running" | "recovering" | "stopped" = "starting";
	const watcher = {
		spawned(spawned: number) {
			pid = spawned;
			spawns++;
			onSpawn(spawned);
		},
		exited() {
			// Miniflare begins its restart in this turn of the event loop; only after it can we wait for the result.
			if (state === "running") setImmediate(() => void recover());
		},
	};
	const miniflare = watchRuntime(watcher, () => new Miniflare(options));
	try {
		await miniflare.ready;
	} catch (error) {
		state = "stopped";
		await miniflare.dispose().catch(() => {});
		throw explain(error);
	}
	state = "running";

	async function recover(): Promise<void> {
		if (state !== "running") return;
		state = "recovering";
		while (!(await isReady())) {
			await delay(retryMs);
			await watchRuntime(watcher, () => miniflare.setOptions(options)).catch(() => {});
		}
		if (state === "recovering") state = "running";
	}

	async function isReady(): Promise<boolean> {
		if (state === "stopped") return true;
		return miniflare.ready.then(
			() => true,
			() => false,
		);
	}

	return {
		get pid() {
			return pid;
		},
		get restarts() {
			return spawns - 1;
		},
		async schedule(worker, cron, scheduledTime) {
			const { scheduled } = await miniflare.getWorker(worker);
			await scheduled({ cron, scheduledTime });
		},
		async stop() {
			state = "stopped";
			await miniflare.dispose();
		},
	};
}

function explain(error: unknown): unknown {
	const code = (error as { code?: unknown }).code;
	return code === "ERR_ADDRESS_IN_USE" || code === "ERR_RUNTIME_FAILURE"
		? new SetupError((error as Error).message, { cause: error })
		: error;
}
