/** What an execution that goes on from another takes over: the results of the nodes that do not run again. */
import { AppError } from "#core/errors";
import type { RunEvent } from "#run/run";
import type { NewEvent } from "#run/run-log";
import type { CompiledGraph } from "./compiled-graph.ts";

/**
 * `node` and what comes after it run again; without it, what has no result. Throws `invalid_input` for a node that the
 * graph has not.
 */
export function recordsBefore(graph: CompiledGraph, events: Iterable<RunEvent>, node: string | undefined): NewEvent[] {
	if (node !== undefined && !graph.nodes.has(node)) {
		const fields = [{ pointer: "/node", detail: "the graph has no such node" }];
		throw new AppError("invalid_input", `The graph has no node "${node}".`, { details: { fields } });
	}
	const again = node === undefined ? new Set<string>() : reachableFrom(graph, node);
	const kept: NewEvent[] = [];
	for (const { type, data } of events) {
		const path = String(data["node"]);
		const compiled = graph.nodes.get(path);
		if (!compiled || again.has(path)) continue;
		const isHandled = type === "node.failed" && compiled.onError.length > 0;
		if (type === "node.completed" || isHandled) kept.push({ type, data: { ...data, reused: true } });
	}
	return kept;
}

function reachableFrom(graph: CompiledGraph, first: string): Set<string> {
	const reached = new Set([first]);
	const left = [first];
	for (let id = left.pop(); id !== undefined; id = left.pop()) {
		const { outgoing, onError } = graph.nodes.get(id)!;
		for (const { target } of [...outgoing, ...onError]) {
			if (reached.has(target)) continue;
			reached.add(target);
			left.push(target);
		}
	}
	return reached;
}
