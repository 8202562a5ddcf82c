/** What is wrong with the edges of a graph, cycles aside. */
import { isExpression } from "./complete-step.ts";
import { expressionProblem } from "./check-expressions.ts";
import { edgeProblem, type GraphPlace } from "./graph-place.ts";
import type { GraphProblem, NodeType } from "./schema.ts";

export function* edgeProblems(place: GraphPlace): Generator<GraphProblem> {
	const { nodes, edges } = place.graph;
	const types = new Map(nodes.map(({ id, type }) => [id, type]));
	const ids = new Set<string>();
	for (const [index, edge] of edges.entries()) {
		const { id, source, target } = edge;
		if (ids.has(id)) yield edgeProblem(place, index, `There is another edge \`${id}\`.`, "/id");
		ids.add(id);
		for (const end of ["source", "target"] as const) {
			if (types.has(edge[end])) continue;
			yield edgeProblem(place, index, `The ${end} of edge \`${id}\`, \`${edge[end]}\`, is no node here.`, `/${end}`);
		}
		if (source === target && types.has(source)) {
			const detail = `Edge \`${id}\` leads from node \`${source}\` back to itself; only a \`loop\` node repeats.`;
			yield { ...edgeProblem(place, index, detail), nodeId: place.prefix + source };
		}
		yield* endProblems(place, index, types);
		if (edge.condition !== undefined) yield* conditionProblems(place, index, edge.condition, types.get(source));
	}
}

function* endProblems(place: GraphPlace, index: number, types: ReadonlyMap<string, NodeType>): Generator<GraphProblem> {
	const { id, source, target, type } = place.graph.edges[index]!;
	if (types.get(target) === "start") {
		const detail = `Edge \`${id}\` leads into the \`start\` node \`${target}\`, where nothing comes before.`;
		yield { ...edgeProblem(place, index, detail, "/target"), nodeId: place.prefix + target };
	}
	if (types.get(source) === "end" && type === "default") {
		const detail = `Edge \`${id}\` leads out of the \`end\` node \`${source}\`, where its branch ends.`;
		yield { ...edgeProblem(place, index, detail, "/source"), nodeId: place.prefix + source };
	}
}

function* conditionProblems(
	place: GraphPlace,
	index: number,
	condition: string,
	source?: NodeType,
): Generator<GraphProblem> {
	const { id, type } = place.graph.edges[index]!;
	if (type === "error") {
		const detail = `Edge \`${id}\` is an \`error\` edge: it is taken whenever its node fails, and has no condition.`;
		yield edgeProblem(place, index, detail, "/condition");
		return;
	}
	if (source === "condition" && !isExpression(condition)) return;
	const wrong = expressionProblem(condition, place, [...place.roots, "output"]);
	if (wrong) yield edgeProblem(place, index, `The condition of edge \`${id}\`: ${wrong}`, "/condition");
}
