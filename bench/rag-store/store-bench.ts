/**
 * The default vector store beside pgvector and Chroma: the same vectors, in the same run, one client, each over its own
 * protocol. Each is asked as it comes, and as thoroughly as it takes to find what an exact search finds.
 */
import { type Row, numberOf } from "../row.ts";
import { median, quantile } from "../statistics.ts";
import { askInTurns, type Asked, findEfforts } from "./asked.ts";
import { startChroma } from "./chroma.ts";
import type { Contender } from "./contender.ts";
import { exactIds } from "./exact.ts";
import { type OurStore, startOurStore } from "./our-store.ts";
import { startPgvector } from "./pgvector.ts";

interface Built {
	contender: Contender;
	seconds: number;
	measured: string;
	/** As it comes first, last as the recall demands. */
	asked: Asked[];
}

const sizes = [10_000, 100_000];
const wantedRecall = 0.98;
const recallQueries = 100;
const coldStarts = 5;
const searchesInside = 1_000;
const mostMemoryKib = 100 * 1024;
const timesFaster = 20;
/** Against each as it comes, which may be with less recall. */
const atLeastUsual: Record<string, number> = { pgvector: 0.5, Chroma: 1 };

export async function ragStoreBench(): Promise<Row[]> {
	const rows: Row[] = [];
	for (const size of sizes) {
		console.log(`Measuring vector stores with ${titleOf(size)}`);
		rows.push(...(await rowsOf(size)));
	}
	return rows;
}

async function rowsOf(size: number): Promise<Row[]> {
	const exact = exactIds(size, recallQueries);
	const ours = await startOurStore();
	const peers = await startPeers();
	try {
		const built: Built[] = [];
		for (const contender of [ours, ...peers]) {
			const build = await contender.build(size);
			built.push({ contender, ...build, asked: await findEfforts(contender, exact, wantedRecall) });
		}
		const [our, ...others] = built;
		await askInTurns(built.flatMap(({ asked }) => asked));
		return [
			...(await ownRows(titleOf(size), ours, our!)),
			...others.flatMap((peer) => peerRows(titleOf(size), our!, peer)),
		];
	} finally {
		await Promise.all([ours, ...peers].map((contender) => contender.stop()));
	}
}

async function startPeers(): Promise<Contender[]> {
	const started: Contender[] = [];
	for (const start of [startPgvector, startChroma]) {
		try {
			started.push(await start());
		} catch (error) {
			console.warn(`\n!!! MISSING: ${error instanceof Error ? error.message : String(error)}\n`);
		}
	}
	return started;
}

async function ownRows(title: string, ours: OurStore, { seconds, asked }: Built): Promise<Row[]> {
	const [{ recall, times }] = asked as [Asked];
	const grown = ours.grownBytes() / 2 ** 20;
	const memory = await ours.memoryBytes();
	const inside = await ours.timesInside(searchesInside);
	const cold: number[] = [];
	for (let i = 0; i < coldStarts; i++) cold.push(await ours.coldStart());
	return [
		{
			name: `${title}: recall@10, against an exact search`,
			value: recall,
			unit: "×",
			measured: `${recallQueries} queries; ${timesOf(times)}, in the object ${timesOf(inside)}; built in ${numberOf(seconds)} s`,
			atLeast: wantedRecall,
		},
		{
			name: `${title}: memory of the object`,
			value: memory / 1024,
			unit: " KiB",
			measured: `workerd has grown by ${numberOf(grown)} MiB since it started`,
			atMost: mostMemoryKib,
		},
		{
			name: `${title}: first query of an object that was evicted, median`,
			value: median(cold),
			unit: " ms",
			measured: `${coldStarts} times; the file is in the page cache`,
		},
	];
}

function peerRows(title: string, our: Built, { contender: { name }, seconds, measured, asked }: Built): Row[] {
	const rows = [
		{
			name: `${title}: building, against ${name}`,
			value: seconds / our.seconds,
			unit: "×" as const,
			measured: `${numberOf(our.seconds)} s against ${numberOf(seconds)} s (${measured})`,
			atLeast: timesFaster,
		},
		queryRow(`${title}: a query, against ${name} as it comes`, our, asked[0]!, atLeastUsual[name]),
	];
	const thorough = asked.at(-1)!;
	if (thorough.recall < wantedRecall) console.warn(`${name} reaches no recall of ${wantedRecall} with ${title}`);
	else rows.push(queryRow(`${title}: a query, against ${name} at a recall of ${wantedRecall}`, our, thorough, 1));
	return rows;
}

function queryRow(name: string, our: Built, { times, recall, effort }: Asked, atLeast: number | undefined) {
	const ourTimes = our.asked[0]!.times;
	return {
		name,
		value: median(times) / median(ourTimes),
		unit: "×" as const,
		measured: `${timesOf(ourTimes)} against ${timesOf(times)} with ef_search ${effort}, recall ${recall.toFixed(3)}`,
		atLeast,
	};
}

function titleOf(size: number): string {
	return `${size.toLocaleString("en-US")} vectors`;
}

function timesOf(times: number[]): string {
	return `${numberOf(median(times))} ms (95 % ${numberOf(quantile(times, 0.95))} ms)`;
}
