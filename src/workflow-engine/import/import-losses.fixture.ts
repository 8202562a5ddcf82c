/** What an import lost without saying so, for tests. */
import type { Edge, Graph, Node } from "#workflow-engine/schema";
import type { ImportedWorkflow } from "./import-report.ts";

/** Those in the bodies of loops included. */
export function nodesIn({ nodes }: Graph): Node[] {
	return nodes.flatMap((node) => [node, ...(node.type === "loop" ? nodesIn(node.config.body) : [])]);
}

export function edgesIn({ nodes, edges }: Graph): Edge[] {
	return [...edges, ...nodes.flatMap((node) => (node.type === "loop" ? edgesIn(node.config.body) : []))];
}

/** Empty where every node and every connection of the export is accounted for. */
export function lossesOf({ definition, report }: ImportedWorkflow): string[] {
	const losses: string[] = [];
	const ids = nodesIn(definition).map(({ id }) => id);
	const accounted = [...report.mapped, ...report.unmapped, ...report.added].flatMap(({ nodeId }) => nodeId ?? []);
	if (new Set(ids).size !== ids.length) losses.push("ids are not unique");
	if (ids.toSorted().join() !== accounted.toSorted().join())
		losses.push(`nodes ${ids.join()} are not ${accounted.join()}`);
	const nodes = report.mapped.length + report.unmapped.length;
	if (nodes !== report.nodes) losses.push(`${nodes} of ${report.nodes} nodes are in the report`);
	const connections = Object.values(report.connections).reduce((sum, count) => sum + count, 0);
	const told = report.edges + report.droppedConnections.length;
	if (told !== connections) losses.push(`${told} of ${connections} connections are in the report`);
	const edges = edgesIn(definition).length - report.added.length;
	if (edges !== report.edges) losses.push(`${edges} edges are not ${report.edges}`);
	for (const { nodeId, type } of report.mapped) {
		if (nodesIn(definition).find(({ id }) => id === nodeId)?.type !== type) losses.push(`${nodeId} is no ${type}`);
	}
	return losses;
}
