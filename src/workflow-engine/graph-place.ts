/** The graphs of a definition: its own, and those in the bodies of its loops, each with where it stands. */
import { roundNames, rootNames } from "./expression-scope.ts";
import type { Graph, GraphProblem, NodeOf } from "./schema.ts";

/** Bodies in each other. */
export const maxBodyDepth = 5;

export interface GraphPlace {
	graph: Graph;
	/** JSON Pointer to the graph. */
	pointer: string;
	/** What comes before the ids of its nodes: `loop/`, or nothing. */
	prefix: string;
	/** How many loops it stands in. */
	depth: number;
	/** The names that expressions may take. */
	roots: readonly string[];
	/** Whether its expressions see a node of this id: one of its own, or of a graph around it. */
	knows(id: string): boolean;
}

/** Bodies come after the graph that they stand in. Those that are nested too deeply are left out. */
export function* placesIn(graph: Graph, pointer: string): Generator<GraphPlace> {
	const places: GraphPlace[] = [{ ...placed(graph), pointer, prefix: "", depth: 0, roots: rootNames }];
	// A list also goes over what is added on the way.
	for (const place of places) {
		yield place;
		if (place.depth < maxBodyDepth) places.push(...bodiesIn(place));
	}
}

export function nodeProblem(place: GraphPlace, index: number, detail: string, at = ""): GraphProblem {
	const { id } = place.graph.nodes[index]!;
	return { nodeId: place.prefix + id, pointer: `${place.pointer}/nodes/${index}${at}`, detail };
}

export function edgeProblem(place: GraphPlace, index: number, detail: string, at = ""): GraphProblem {
	const { id } = place.graph.edges[index]!;
	return { edgeId: place.prefix + id, pointer: `${place.pointer}/edges/${index}${at}`, detail };
}

/** What the expressions of a loop's own nodes may take, and its `while`. */
export function rootsInside({ config }: NodeOf<"loop">, roots: readonly string[]): readonly string[] {
	const names = roundNames.filter((name) => name !== "item" || config.items !== undefined);
	return [...new Set([...roots, ...names])];
}

function* bodiesIn(place: GraphPlace): Generator<GraphPlace> {
	for (const [index, node] of place.graph.nodes.entries()) {
		if (node.type !== "loop") continue;
		yield {
			...placed(node.config.body, place),
			pointer: `${place.pointer}/nodes/${index}/config/body`,
			prefix: `${place.prefix}${node.id}/`,
			depth: place.depth + 1,
			roots: rootsInside(node, place.roots),
		};
	}
}

function placed(graph: Graph, around?: GraphPlace): Pick<GraphPlace, "graph" | "knows"> {
	const ids = new Set(graph.nodes.map(({ id }) => id));
	return { graph, knows: (id) => ids.has(id) || (around?.knows(id) ?? false) };
}

/** Where the edges lead, by the index of the node that they come from; those that dangle are left out. */
export function targetsIn({ nodes, edges }: Graph): number[][] {
	const places = new Map(nodes.map(({ id }, index) => [id, index]));
	const targets: number[][] = nodes.map(() => []);
	for (const { source, target } of edges) {
		const to = places.get(target);
		if (to !== undefined) targets[places.get(source) ?? -1]?.push(to);
	}
	return targets;
}
