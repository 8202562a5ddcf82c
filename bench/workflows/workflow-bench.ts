/**
 * Workflows through the gateway, every step durable: against other engines with their own persistence, and against
 * bare Durable Objects that store a row a step.
 */
import type { ApiClient } from "../../scripts/api-client.ts";
import type { Target } from "../load.ts";
import { type Row } from "../row.ts";
import { type Contender, ratesOf, timesAlone } from "./contenders.ts";
import { branches, fanoutGraph, type GraphBody, sequenceOf, toolSequenceOf } from "./graphs.ts";
import { ours, peerRows, rateRow } from "./graph-rows.ts";
import { completed, executePath, executeGraph, waiting } from "./execute-graph.ts";
import { sizeRows } from "./size-rows.ts";
import { type Doors, peerNames, type Peers, startPeers } from "./start-peers.ts";

export interface WorkflowBenchOptions {
	/** Signed in; of the product itself, with its workflow engine. */
	api: ApiClient;
	/** Of the Worker `bare-steps`. */
	bareUrl: string;
}

interface Graph {
	/** Names it in the rows. */
	title: string;
	body: GraphBody;
	door: keyof Doors;
	steps: number;
	/** The door of the bare objects that does the same. */
	bare: string;
}

const length = 10;
/** So many that a run costs what its steps do. */
const manyCalls = 100;
const graphs: Graph[] = [
	{ title: `${length} no-ops in sequence`, body: sequenceOf(length), door: "sequence", steps: length, bare: "/pooled" },
	{ title: `fan-out of ${branches} no-ops`, body: fanoutGraph(), door: "fanout", steps: branches + 2, bare: "/fanout" },
];
const againstBare = { atLeast: 0.3, goal: 0.5 };

export async function workflowBench({ api, bareUrl }: WorkflowBenchOptions): Promise<Row[]> {
	const peers = await startPeers();
	for (const [name, reason] of Object.entries(peers.missing)) console.warn(`\n!!! MISSING: ${name}: ${reason}\n`);
	try {
		const rows: Row[] = [];
		for (const graph of graphs) rows.push(...(await graphRows(graph, { api, bareUrl }, peers)));
		for (const calls of [length, manyCalls]) rows.push(await toolRow(calls, { api, bareUrl }));
		return [...rows, ...(await sizeRows(api))];
	} finally {
		await peers.stop();
	}
}

async function graphRows(
	{ title, body, door, steps, bare }: Graph,
	{ api, bareUrl }: WorkflowBenchOptions,
	{ doors, missing }: Peers,
): Promise<Row[]> {
	await executeGraph(api, body);
	const platform: Contender = { name: ours, target: platformTarget(api, body), hasTelemetry: true };
	const others = peerNames.flatMap((name) => {
		const url = doors[name]?.[door];
		return url === undefined ? [] : [otherContender(name, url, steps)];
	});
	const alone = await timesAlone([platform, ...others]);
	const perRun = door === "sequence" ? [otherContender("per run", `${bareUrl}/per-run`, steps)] : [];
	const bareOnes = [otherContender("bare", `${bareUrl}${bare}`, steps), ...perRun];
	const rates = await ratesOf([platform, ...others, ...bareOnes]);
	return [
		...peerRows({ graph: title, rates, alone, missing }),
		rateRow(`${title}, against 16 bare Durable Objects that store a row a step`, rates, "bare", againstBare),
		...perRun.map(({ name }) => rateRow(`${title}, against a bare Durable Object for each run`, rates, name)),
	];
}

async function toolRow(calls: number, { api, bareUrl }: WorkflowBenchOptions): Promise<Row> {
	const body = toolSequenceOf(calls);
	await executeGraph(api, body);
	const rates = await ratesOf([
		{ name: ours, target: platformTarget(api, body), hasTelemetry: true },
		otherContender("bare", `${bareUrl}/rpc?steps=${calls}`, calls),
	]);
	const name = `${calls} tool calls in sequence, against bare objects that call another Worker for each step`;
	return rateRow(name, rates, "bare", { atLeast: 0.5 });
}

function platformTarget(api: ApiClient, body: GraphBody): Target {
	return {
		url: `${api.url}${executePath}`,
		headers: { authorization: `Bearer ${api.token}`, ...waiting },
		body,
		expect: completed,
	};
}

function otherContender(name: string, url: string, steps: number): Contender {
	return { name, target: { url, body: {}, expect: `"steps":${steps}` }, hasTelemetry: false };
}
