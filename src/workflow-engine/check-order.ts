/** Whether the nodes of a graph can come one after the other: none of them on a cycle, all of them reached. */
import { cyclesOf } from "./cycles.ts";
import { type GraphPlace, nodeProblem, targetsIn } from "./graph-place.ts";
import type { GraphProblem } from "./schema.ts";

/** Of a cycle, in each sentence about it. */
const maxNamed = 10;

export function* orderProblems(place: GraphPlace): Generator<GraphProblem> {
	const { nodes } = place.graph;
	const targets = targetsIn(place.graph);
	const onCycle = new Set<number>();
	for (const cycle of cyclesOf(targets)) {
		const names = listed(cycle.map((index) => nodes[index]!.id));
		for (const index of cycle) {
			onCycle.add(index);
			yield nodeProblem(
				place,
				index,
				`Node \`${nodes[index]!.id}\` is on a cycle (${names}); only a \`loop\` node repeats.`,
			);
		}
	}
	const starts = indexesWhere(nodes, ({ type }) => type === "start");
	const reached = reachedFrom(starts.length > 0 ? starts : withoutIncoming(targets), targets);
	for (const [index, { id }] of nodes.entries()) {
		if (reached[index] || onCycle.has(index)) continue;
		const from = starts.length > 0 ? "a `start` node" : "a node without incoming edges";
		yield nodeProblem(place, index, `Node \`${id}\` cannot be reached from ${from}.`);
	}
}

function reachedFrom(first: readonly number[], targets: readonly number[][]): Uint8Array {
	const reached = new Uint8Array(targets.length);
	const left = [...first];
	for (let node = left.pop(); node !== undefined; node = left.pop()) {
		if (reached[node]) continue;
		reached[node] = 1;
		for (const target of targets[node]!) if (!reached[target]) left.push(target);
	}
	return reached;
}

/** An edge from a node to itself does not keep it from being the first. */
function withoutIncoming(targets: readonly number[][]): number[] {
	const hasIncoming = new Uint8Array(targets.length);
	for (const [source, leadsTo] of targets.entries()) {
		for (const target of leadsTo) if (target !== source) hasIncoming[target] = 1;
	}
	return indexesWhere([...hasIncoming], (has) => has === 0);
}

function indexesWhere<Item>(items: readonly Item[], test: (item: Item) => boolean): number[] {
	return items.flatMap((item, index) => (test(item) ? [index] : []));
}

function listed(ids: string[]): string {
	const named = ids.slice(0, maxNamed).map((id) => `\`${id}\``);
	return ids.length > maxNamed ? `${named.join(", ")} and ${ids.length - maxNamed} more` : named.join(", ");
}
