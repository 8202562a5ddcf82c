/** The product's store, in a workerd of its own, called by a Worker as the rag Worker calls it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { unstable_readConfig } from "wrangler";
import { type Bundle, buildWorker } from "../../scripts/build-worker.ts";
import { root } from "../../scripts/root.ts";
import { gatewayName } from "../../scripts/workers.ts";
import { type Runtime, startRuntime } from "../runtime.ts";
import { median } from "../statistics.ts";
import type { Contender } from "./contender.ts";

export interface OurStore extends Contender {
	/** As `times`, but asked by the object itself: what a search takes without the way to it. */
	timesInside(searches: number): Promise<number[]>;
	/** Milliseconds of a question to an object that has lost its memory. */
	coldStart(): Promise<number>;
	/** Of workerd, what it has grown by since it started. */
	grownBytes(): number;
	/** What the object says that it keeps in memory. */
	memoryBytes(): Promise<number>;
}

const atOnce = 1_000;
/** Batches, before the time begins: what is left over from making them is no burden of the index. */
const madeAtOnce = 10;
const warmUpSize = 20_000;
/** workerd's clock stands still between calls, so that Node's measures several of them, and takes off what none takes. */
const perSample = 10;
const pageBytes = 4_096;

export async function startOurStore(): Promise<OurStore> {
	const runtime = await startRuntime(
		[await built("rag-store/worker", gatewayName), await built("workers/bare-domain")],
		{},
	);
	const [call, size] = [caller(runtime), { current: 0 }];
	await call("/make", { from: 0, batches: 1, count: 1 });
	const before = residentBytes(runtime.pid);
	const timesOf = async (door: string, count: number) => {
		const searches = (query: number, count: number) => call(door, { size: size.current, query, count });
		const none = median(await samples(50, () => searches(0, 0)));
		const some = await samples(count / perSample, (i) => searches(i * perSample, perSample));
		return some.map((time) => (time - none) / perSample);
	};
	const fill = async (wanted: number) => {
		// An index is there before it is filled, as those of the others are.
		await call("/stats", { size: wanted });
		let milliseconds = 0;
		for (let from = 0; from < wanted; from += atOnce * madeAtOnce) {
			const batches = Math.min(madeAtOnce, (wanted - from) / atOnce);
			await call("/make", { from, batches, count: atOnce });
			milliseconds += await timed(() => call("/upsert", { size: wanted }));
		}
		return milliseconds;
	};
	return {
		name: "ours",
		async build(wanted) {
			// The engine compiles what it runs often; that is paid for by an index of its own.
			await fill(warmUpSize);
			size.current = wanted;
			const seconds = (await fill(wanted)) / 1_000;
			return { seconds, measured: `${wanted / atOnce} calls of upsert` };
		},
		async search(query) {
			const { ids } = await call<{ ids: string[] }>("/search", { size: size.current, query });
			return ids;
		},
		times: (count) => timesOf("/searches", count),
		timesInside: (count) => timesOf("/searches-inside", count),
		async coldStart() {
			await call("/crash", { size: size.current });
			return await timed(() => call("/search", { size: size.current, query: 0 }));
		},
		grownBytes: () => residentBytes(runtime.pid) - before,
		async memoryBytes() {
			const { memoryBytes } = await call<{ memoryBytes: number }>("/stats", { size: size.current });
			return memoryBytes;
		},
		stop: () => runtime.stop(),
	};
}

export async function timed(work: () => Promise<unknown>): Promise<number> {
	const started = performance.now();
	await work();
	return performance.now() - started;
}

async function samples(count: number, work: (i: number) => Promise<unknown>): Promise<number[]> {
	const times: number[] = [];
	for (let i = 0; i < count; i++) times.push(await timed(() => work(i)));
	return times;
}

function caller({ url }: Runtime) {
	return async <Answer>(path: string, values: Record<string, number>): Promise<Answer> => {
		const parameters = new URLSearchParams(Object.entries(values).map(([name, value]) => [name, String(value)]));
		const response = await fetch(`${url}${path}?${parameters.toString()}`);
		if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
		return (await response.json()) as Answer;
	};
}

function residentBytes(pid: number): number {
	return Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]) * pageBytes;
}

async function built(folder: string, as?: string): Promise<Bundle> {
	const configPath = join(root, "bench", folder, "wrangler.toml");
	const config = unstable_readConfig({ config: configPath });
	const worker = { name: `bench-${config.name}`, configPath, config };
	return { ...(await buildWorker(worker)), worker: { ...worker, name: as ?? worker.name } };
}
