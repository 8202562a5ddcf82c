/** What was measured of one graph, as rows: against the fastest peer, each peer alone, and bare Durable Objects. */
import { numberOf, type Row } from "../row.ts";
import { median, medianRatio } from "../statistics.ts";
import { atOnce, type Figures } from "./contenders.ts";
import { type PeerName, peerNames, type Peers } from "./start-peers.ts";

export interface GraphFigures {
	/** Names the graph in the rows. */
	graph: string;
	rates: Figures;
	alone: Figures;
	missing: Peers["missing"];
}

type Limits = Pick<Row, "atLeast" | "atMost" | "goal">;

export const ours = "platform";
const titles: Record<PeerName, string> = {
	langgraph: "LangGraph.js",
	mastra: "Mastra",
	dbos: "DBOS",
	restate: "Restate",
};

export function peerRows(figures: GraphFigures): Row[] {
	return [fastestRow(figures), ...peerNames.map((name) => aloneRow(figures, name))];
}

/** Our rate divided by the other's. */
export function rateRow(name: string, rates: Figures, other: string, limits: Limits = {}): Row {
	const [our, their] = [figuresOf(rates, ours), figuresOf(rates, other)];
	const measured = `${perSecond(our)} against ${perSecond(their)}`;
	return { name, value: medianRatio(our, their), unit: "×", measured, ...limits };
}

function fastestRow({ graph, rates, missing }: GraphFigures): Row {
	const limits = { atLeast: 1, goal: 2 };
	const absent = peerNames.filter((name) => missing[name] !== undefined).map((name) => `no ${titles[name]}`);
	const present = peerNames
		.filter((name) => rates.has(name))
		.toSorted((a, b) => median(figuresOf(rates, b)) - median(figuresOf(rates, a)));
	const name = `${graph}, ${atOnce} at once, against the fastest of other engines`;
	const [fastest] = present;
	if (!fastest) return { name, value: Number.NaN, unit: "×", measured: absent.join(", "), ...limits };
	const others = present.map((name) => `${titles[name]} ${perSecond(figuresOf(rates, name))}`);
	const measured = [`${perSecond(figuresOf(rates, ours))} against ${others.join(", ")}`, ...absent].join(", ");
	return { ...rateRow(name, rates, fastest, limits), measured };
}

/** One that is missing has missed: a comparison that was not made is no result. */
function aloneRow({ graph, alone, missing }: GraphFigures, peer: PeerName): Row {
	const name = `${graph}, alone, time against ${titles[peer]}'s`;
	if (missing[peer] !== undefined) {
		return { name, value: Number.NaN, unit: "×", measured: `missing: ${missing[peer]}`, atMost: 1 };
	}
	const [our, their] = [figuresOf(alone, ours), figuresOf(alone, peer)];
	const measured = `${numberOf(median(our))} ms against ${numberOf(median(their))} ms`;
	return { name, value: median(our) / median(their), unit: "×", measured, atMost: 1 };
}

function figuresOf(figures: Figures, name: string): number[] {
	return figures.get(name) ?? [];
}

function perSecond(rates: number[]): string {
	return `${numberOf(median(rates))}/s`;
}
