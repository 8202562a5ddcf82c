/** How well and how fast stores answer, as they come and with as much effort as a recall takes, measured in turns. */
import type { Contender } from "./contender.ts";

export interface Asked {
	contender: Contender;
	effort?: number;
	recall: number;
	/** Milliseconds of each search. */
	times: number[];
}

const efforts = [40, 60, 80, 100, 120, 150, 200, 250, 300, 400, 600, 800, 1_000];
const rounds = 6;
const searches = 200;

/** As it comes first; then with the least effort that reaches the recall, where that is another. */
export async function findEfforts(contender: Contender, exact: string[][], wanted: number): Promise<Asked[]> {
	const { effort } = contender;
	const usual = { contender, effort: effort?.usual, recall: await recallOf(contender, exact), times: [] };
	if (!effort || usual.recall >= wanted) return [usual];
	for (const candidates of efforts.filter((one) => one > effort.usual)) {
		await effort.set(candidates);
		const recall = await recallOf(contender, exact);
		if (recall >= wanted) return [usual, { contender, effort: candidates, recall, times: [] }];
	}
	return [usual];
}

/** Adds to their times, in another order every round, so that a machine that slows down slows all of them. */
export async function askInTurns(asked: Asked[]): Promise<void> {
	for (let round = 0; round <= rounds; round++) {
		for (const { contender, effort, times } of round % 2 === 0 ? asked : asked.toReversed()) {
			if (effort !== undefined) await contender.effort?.set(effort);
			const taken = await contender.times(searches);
			// The first round warms up.
			if (round > 0) times.push(...taken);
		}
	}
}

async function recallOf(contender: Contender, exact: string[][]): Promise<number> {
	let found = 0;
	for (const [query, ids] of exact.entries()) {
		const answer = new Set(await contender.search(query));
		found += ids.filter((id) => answer.has(id)).length;
	}
	return found / exact.reduce((sum, ids) => sum + ids.length, 0);
}
