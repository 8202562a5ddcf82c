/** What the items of n8n are here: which node's output, or the input, or the item of a loop, reaches a node. */
import { reachedFrom } from "./back-links.ts";
import { at, fieldsAt, textAt } from "./loose-json.ts";
import type { ExpressionContext } from "./n8n-expressions.ts";
import { type BatchLoops, isSplitter } from "./n8n-loops.ts";
import { n8nKind } from "./n8n-kinds.ts";
import { type Place, place, type Segment } from "./reference.ts";
import type { SourceGraph, SourceNode } from "./source-graph.ts";

/** More would make expressions that nobody reads. */
const maxPlaces = 4;
/** Nodes that only decide, one after the other. */
const maxPassed = 100;

/** How the expressions of each node are understood. */
export function n8nFlow(
	{ nodes, links }: SourceGraph,
	loops: BatchLoops,
	ids: ReadonlyMap<string, string>,
): (node: SourceNode) => ExpressionContext {
	const byKey = new Map(nodes.map((node) => [node.key, node]));
	const main = links.filter(({ kind }) => kind === "main");
	const reached = reachedNodes();
	const incoming = Map.groupBy(
		main.filter(({ source }) => reached.has(source)),
		({ target }) => target,
	);
	return (node) => {
		let found: SourceNode[] | "item" | "unclear" | undefined;
		return {
			current(path) {
				found ??= before(node);
				if (found === "unclear") return undefined;
				if (found === "item") return { places: [place("item", ...path)] };
				if (found.length === 0) return { places: [place("input", ...path)] };
				const places = found.map((one) => outputOf(one, path));
				return { places: places.filter((one, index) => !places.slice(0, index).some((other) => isSame(one, other))) };
			},
			named(name, path) {
				const named = byKey.get(name);
				return named && reached.has(name) && isSeen(named, node) ? outputOf(named, path) : undefined;
			},
		};
	};

	/** Those to which a trigger leads; where there is none, all. */
	function reachedNodes(): Set<string> {
		const starts = nodes.filter((node) => n8nKind(node) === "start");
		return reachedFrom(
			(starts.length > 0 ? starts : nodes).map(({ key }) => key),
			main,
		);
	}

	/** The nodes whose outputs come to it; what only decides passes on what it was given. */
	function before(node: SourceNode): SourceNode[] | "item" | "unclear" {
		const found = new Set<SourceNode>();
		const passed = new Set([node]);
		// All of them give the input.
		let start: SourceNode | undefined;
		for (const one of passed) {
			for (const link of incoming.get(one.key) ?? []) {
				const source = byKey.get(link.source)!;
				if (isSplitter(one) && source.parent === one.key) continue;
				if (loops.implied.has(link)) return "item";
				if (n8nKind(source) === "condition") passed.add(source);
				else if (n8nKind(source) === "start") found.add((start ??= source));
				else found.add(source);
				if (found.size > maxPlaces || passed.size > maxPassed) return "unclear";
			}
		}
		return [...found];
	}

	function outputOf(node: SourceNode, path: readonly Segment[]): Place {
		const kind = n8nKind(node);
		if (kind === "start") return place("input", ...path);
		const id = ids.get(node.key)!;
		return {
			base: { node: id },
			path: kind === "http" ? httpPath(node, path) : kind === "agent" ? agentPath(path) : path,
		};
	}

	/** A node of the same graph, or of one around it. */
	function isSeen(node: SourceNode, from: SourceNode): boolean {
		for (let scope = from.parent; scope !== undefined; scope = byKey.get(scope)!.parent) {
			if (node.parent === scope) return true;
		}
		return node.parent === undefined;
	}
}

function httpPath({ data }: SourceNode, path: readonly Segment[]): Segment[] {
	const options = fieldsAt(data, "parameters", "options");
	const isFull = at(options, "response", "response", "fullResponse") === true || at(options, "fullResponse") === true;
	if (!isFull) return ["body", ...path];
	return path.map((segment, index) => (index === 0 && segment === "statusCode" ? "status" : segment));
}

/** `output`, `text`, `response.text` and `message.content` all are the answer. */
function agentPath(path: readonly Segment[]): Segment[] {
	const [first, second, ...rest] = path;
	const isPair = (first === "response" && second === "text") || (first === "message" && second === "content");
	if (isPair) return ["response", ...rest];
	if (first === "output" || first === "text" || first === "response") return ["response", ...path.slice(1)];
	return [...path];
}

function isSame(one: Place, other: Place): boolean {
	return JSON.stringify(one) === JSON.stringify(other);
}

/** Of the node's parameters. */
export function parameter(node: SourceNode, ...path: (string | number)[]): string | undefined {
	return textAt(node.data, "parameters", ...path);
}
