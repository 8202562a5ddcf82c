/**
 * The loops of n8n: a node that splits a list into batches, and a way back to it. Where nothing else leads into or out of
 * what lies between, that is the body of a loop of ours.
 */
import type { SourceGraph, SourceLink, SourceNode } from "./source-graph.ts";

export interface BatchLoops {
	/** Key of the splitter in whose body a node stands, by the node's key. */
	parents: Map<string, string>;
	/** Connections that the body stands for: to its first nodes, and back. */
	implied: Set<SourceLink>;
}

/** Bodies in each other. */
const maxNesting = 4;
/** That are looked at, for each is followed through the whole graph. */
const maxSplitters = 200;

export function isSplitter({ type }: SourceNode): boolean {
	return type.endsWith(".splitInBatches");
}

/** The output that leads into the loop; the other one follows when it is over. */
export function loopOutput({ data }: SourceNode): string {
	return typeof data["typeVersion"] === "number" && data["typeVersion"] >= 3 ? "1" : "0";
}

export function batchLoops({ nodes, links }: SourceGraph): BatchLoops {
	const loops: BatchLoops = { parents: new Map(), implied: new Set() };
	const main = links.filter(({ kind }) => kind === "main");
	const outgoing = Map.groupBy(main, ({ source }) => source);
	const incoming = Map.groupBy(main, ({ target }) => target);
	const left = new Map(
		nodes
			.filter(isSplitter)
			.slice(0, maxSplitters)
			.map((node) => [node.key, node]),
	);
	for (let round = 0; round < maxNesting && left.size > 0; round++) {
		for (const splitter of [...left.values()]) {
			const body = bodyOf(splitter);
			if (!body || [...body].some((key) => left.has(key))) continue;
			left.delete(splitter.key);
			for (const key of body) if (!loops.parents.has(key)) loops.parents.set(key, splitter.key);
			for (const link of impliedBy(splitter, body)) loops.implied.add(link);
		}
	}
	return loops;

	/** Undefined where the cycle is not that simple. */
	function bodyOf(splitter: SourceNode): Set<string> | undefined {
		const body = new Set<string>();
		const first = (outgoing.get(splitter.key) ?? []).filter(({ output }) => output === loopOutput(splitter));
		const entries = new Set(first);
		const after = (outgoing.get(splitter.key) ?? []).filter(({ output }) => output !== loopOutput(splitter));
		const way = first.map(({ target }) => target);
		let comesBack = false;
		for (let key = way.pop(); key !== undefined; key = way.pop()) {
			if (key === splitter.key) comesBack = true;
			if (key === splitter.key || body.has(key)) continue;
			body.add(key);
			for (const { target } of outgoing.get(key) ?? []) way.push(target);
		}
		const isEntered = [...body].some((key) =>
			(incoming.get(key) ?? []).some((link) => !body.has(link.source) && !entries.has(link)),
		);
		if (!comesBack || body.size === 0 || isEntered || after.some(({ target }) => body.has(target))) return undefined;
		return body;
	}

	function impliedBy({ key }: SourceNode, body: ReadonlySet<string>): SourceLink[] {
		const back = (incoming.get(key) ?? []).filter(({ source }) => body.has(source));
		return [...(outgoing.get(key) ?? []).filter(({ target }) => body.has(target)), ...back];
	}
}
