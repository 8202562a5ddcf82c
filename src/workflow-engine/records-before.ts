/** What an execution that goes on from another takes over: the results of the nodes that do not run again. */
import { AppError } from "#core/errors";
import type { RunEvent } from "#run/run";
import type { NewEvent } from "#run/run-log";
import type { CompiledGraph, CompiledNode } from "./compiled-graph.ts";

/**
 * `node` and what comes after it run again; without it, what has no result. So does what was undone, with what comes
 * after it; a loop in which something was, begins anew. Throws `invalid_input` for a node that the graph has not.
 */
export function recordsBefore(graph: CompiledGraph, events: Iterable<RunEvent>, node: string | undefined): NewEvent[] {
	if (node !== undefined && !graph.nodes.has(node)) {
		const fields = [{ pointer: "/node", detail: "the graph has no such node" }];
		throw new AppError("invalid_input", `The graph has no node "${node}".`, { details: { fields } });
	}
	const recorded = [...events];
	const undone = recorded.flatMap(({ type, data }) =>
		type === "compensation.completed" ? [outermost(data["node"] as string)] : [],
	);
	const again = reachableFrom(graph, node === undefined ? undone : [node, ...undone]);
	const ended = new Set(recorded.flatMap((event) => (isOutcome(graph, event) ? [event.data["node"] as string] : [])));
	return new Records(graph, again, ended).from(recorded);
}

class Records {
	readonly #graph: CompiledGraph;
	readonly #again: ReadonlySet<string>;
	readonly #ended: ReadonlySet<string>;
	/** What the rounds of loops have set, by the id of the outermost. */
	readonly #variables = new Map<string, object>();

	constructor(graph: CompiledGraph, again: ReadonlySet<string>, ended: ReadonlySet<string>) {
		this.#graph = graph;
		this.#again = again;
		this.#ended = ended;
	}

	from(events: RunEvent[]): NewEvent[] {
		return events.flatMap((event) => this.#of(event));
	}

	#of(event: RunEvent): NewEvent[] {
		const { type, data } = event;
		if (type === "event.received" || type === "variables.changed") return [{ type, data }];
		const path = data["node"];
		if (typeof path !== "string" || this.#again.has(outermost(path))) return [];
		// A kept event that was taken stays taken where its node is done.
		if (type === "event.taken") return this.#ended.has(path) ? [{ type, data }] : [];
		const top = outermost(path);
		if (path !== top && this.#ended.has(top)) {
			// Of a loop that is done, what it gave is enough, and what it has set.
			this.#variables.set(top, { ...this.#variables.get(top), ...(data["variables"] as object | undefined) });
			return [];
		}
		const isLoopBegun = type === "node.started" && data["type"] === "loop" && !this.#ended.has(top);
		if (isLoopBegun || type === "loop.iterated") return [{ type, data }];
		if (!isOutcome(this.#graph, event)) return [];
		const set = { ...this.#variables.get(path), ...(data["variables"] as object | undefined) };
		const variables = Object.keys(set).length > 0 ? { variables: set } : undefined;
		return [{ type, data: { ...data, ...variables, reused: true } }];
	}
}

/** A node is done, or has failed and something was there for that. */
function isOutcome(graph: CompiledGraph, { type, data }: RunEvent): boolean {
	if (type === "node.completed") return true;
	return type === "node.failed" && isHandled(graph, data["node"] as string);
}

/** By an edge of the node, or by a loop around it, whatever becomes of that. */
function isHandled(graph: CompiledGraph, path: string): boolean {
	const around = compiledAt(graph, path);
	for (const [place, compiled] of around.toReversed().entries()) {
		if (compiled.onError.length > 0) return true;
		const loop = around.at(-2 - place)?.node;
		if (loop?.type === "loop" && loop.config.continueOnError) return true;
	}
	return false;
}

/** The node of this path, after the loops around it. */
function compiledAt(graph: CompiledGraph, path: string): CompiledNode[] {
	const found: CompiledNode[] = [];
	let at: CompiledGraph | undefined = graph;
	for (const part of path.split("/")) {
		const compiled: CompiledNode | undefined = at?.nodes.get(part.replace(/\[\d+\]$/, ""));
		if (!compiled) break;
		found.push(compiled);
		at = compiled.body;
	}
	return found;
}

/** The workflow's own node, in whose loops the step stands. */
function outermost(path: string): string {
	return path.split(/[[/]/, 1)[0]!;
}

function reachableFrom(graph: CompiledGraph, first: string[]): Set<string> {
	const reached = new Set(first);
	const left = [...first];
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
