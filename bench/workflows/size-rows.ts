/** What size costs: a long sequence by the node, and the status of an execution with many events. */
import type { ApiClient } from "../../scripts/api-client.ts";
import { numberOf, type Row } from "../row.ts";
import { median } from "../statistics.ts";
import { executeGraph, executionsPath } from "./execute-graph.ts";
import { loopOver, sequenceOf } from "./graphs.ts";

const [short, long] = [10, 1_000];
const rounds = 7;
/** Each is an event. */
const items = 10_000;
const reads = 50;

export async function sizeRows(api: ApiClient): Promise<Row[]> {
	return [await lengthRow(api), await statusRow(api)];
}

async function lengthRow(api: ApiClient): Promise<Row> {
	const times = new Map<number, number[]>([short, long].map((length) => [length, []]));
	for (let round = 0; round <= rounds; round++) {
		for (const [length, taken] of times) {
			const body = sequenceOf(length);
			const perNode = (await timed(() => executeGraph(api, body))) / length;
			// The first round makes everything warm.
			if (round > 0) taken.push(perNode);
		}
	}
	const [few, many] = [short, long].map((length) => median(times.get(length) ?? []));
	return {
		name: `a node of ${numberOf(long)} in sequence, alone, time against a node of ${short}`,
		value: many! / few!,
		unit: "×",
		measured: `${numberOf(many!)} ms against ${numberOf(few!)} ms`,
		atMost: 1.3,
	};
}

async function statusRow(api: ApiClient): Promise<Row> {
	const startedAt = performance.now();
	const { executionId, lastSeq: events } = await executeGraph(api, loopOver(items));
	const seconds = (performance.now() - startedAt) / 1_000;
	const path = `${executionsPath}/${executionId}`;
	const taken: number[] = [];
	for (let i = 0; i < reads; i++) taken.push(await timed(() => api.call("GET", path)));
	if (events < items) throw new Error(`The execution has ${events} events, fewer than ${items}`);
	return {
		name: `status of an execution with ${numberOf(events)} events, median`,
		value: median(taken),
		unit: " ms",
		measured: `${reads} times, after a loop over ${numberOf(items)} items that took ${numberOf(seconds)} s`,
		atMost: 20,
	};
}

async function timed(work: () => Promise<unknown>): Promise<number> {
	const started = performance.now();
	await work();
	return performance.now() - started;
}
