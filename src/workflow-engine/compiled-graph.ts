/** A graph as the engine walks it: each node with its edges. Made once for each execution. */
import type { Edge, Graph, Node } from "./schema.ts";

export interface CompiledNode {
	node: Node;
	incoming: Edge[];
	/** Taken when the node is done. */
	outgoing: Edge[];
	/** Taken when it has failed. */
	onError: Edge[];
	/** Some edge of `outgoing` has a condition, or the node is one. */
	isConditional: boolean;
	/** Of a loop. */
	body?: CompiledGraph;
}

export interface CompiledGraph {
	nodes: ReadonlyMap<string, CompiledNode>;
	/** Those without incoming edges. */
	first: CompiledNode[];
}

/** `graph` was checked: its edges name its nodes. */
export function compileGraph({ nodes, edges }: Graph): CompiledGraph {
	const compiled = new Map(nodes.map((node) => [node.id, compileNode(node)]));
	for (const edge of edges) {
		const source = compiled.get(edge.source)!;
		compiled.get(edge.target)!.incoming.push(edge);
		if (edge.type === "error") source.onError.push(edge);
		else source.outgoing.push(edge);
		if (edge.condition !== undefined) source.isConditional = true;
	}
	return { nodes: compiled, first: [...compiled.values()].filter(({ incoming }) => incoming.length === 0) };
}

function compileNode(node: Node): CompiledNode {
	return {
		...{ node, incoming: [], outgoing: [], onError: [], isConditional: node.type === "condition" },
		...(node.type === "loop" && { body: compileGraph(node.config.body) }),
	};
}
