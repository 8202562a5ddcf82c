/** All that keeps a graph from running which can be told without running it, or asking anybody. */
import { edgeProblems } from "./check-edges.ts";
import { expressionProblems } from "./check-expressions.ts";
import { nodeProblems } from "./check-node.ts";
import { orderProblems } from "./check-order.ts";
import { type GraphPlace, maxBodyDepth, nodeProblem, placesIn } from "./graph-place.ts";
import { maxNodes } from "./node-schema.ts";
import type { Graph, GraphProblem } from "./schema.ts";

export const maxProblems = 100;

/** Empty for a graph that can run; at most `maxProblems`. `pointer` is a JSON Pointer to the graph. */
export function checkGraph(graph: Graph, pointer = ""): GraphProblem[] {
	return problemsIn(graph, pointer).take(maxProblems).toArray();
}

function* problemsIn(graph: Graph, pointer: string): Generator<GraphProblem> {
	let count = 0;
	for (const place of placesIn(graph, pointer)) {
		count += place.graph.nodes.length;
		if (count > maxNodes) {
			const detail = `There are more than ${maxNodes} nodes, those in the bodies of loops included.`;
			yield { pointer: `${place.pointer}/nodes`, detail };
			return;
		}
		const duplicates = [...idProblems(place)];
		yield* duplicates;
		yield* edgeProblems(place);
		// Which of two an edge leads to cannot be told.
		if (duplicates.length === 0) yield* orderProblems(place);
		const incoming = incomingOf(place.graph);
		for (const [index, node] of place.graph.nodes.entries()) {
			yield* nodeProblems(place, index, incoming.get(node.id) ?? 0);
			yield* expressionProblems(place, index);
			if (node.type === "loop" && place.depth === maxBodyDepth) {
				const detail = `Loop \`${node.id}\` stands in ${maxBodyDepth} others; deeper ones are not possible.`;
				yield nodeProblem(place, index, detail, "/config/body");
			}
		}
	}
}

function* idProblems(place: GraphPlace): Generator<GraphProblem> {
	const ids = new Set<string>();
	for (const [index, { id }] of place.graph.nodes.entries()) {
		if (ids.has(id)) yield nodeProblem(place, index, `There is another node \`${id}\`.`, "/id");
		ids.add(id);
	}
}

function incomingOf({ edges }: Graph): Map<string, number> {
	const incoming = new Map<string, number>();
	for (const { target } of edges) incoming.set(target, (incoming.get(target) ?? 0) + 1);
	return incoming;
}
