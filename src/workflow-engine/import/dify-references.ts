/** The references of Dify: `{{#node.field#}}` in texts, and lists such as `["node", "field"]` in settings. */
import { at, listAt } from "./loose-json.ts";
import { type Base, type Place, place, type Reference, type Segment } from "./reference.ts";
import type { SourceGraph, SourceNode } from "./source-graph.ts";
import type { Part } from "./text-parts.ts";

export interface DifyReferences {
	/** A text, taken apart. */
	parts(text: string): Part[];
	selected(selector: unknown): Reference | undefined;
	/** As they are in the body of the node. */
	inside(): DifyReferences;
}

/** `variables`: names of those that the workflow has here. */
export function difyReferences(
	{ nodes }: SourceGraph,
	ids: ReadonlyMap<string, string>,
	variables: ReadonlySet<string>,
): (from: SourceNode) => DifyReferences {
	const byKey = new Map(nodes.map((node) => [node.key, node]));
	return function referencesOf(from): DifyReferences {
		return { parts, selected, inside: () => referencesOf({ ...from, parent: from.key }) };

		function parts(text: string): Part[] {
			const found: Part[] = [];
			let position = 0;
			for (const match of text.matchAll(/\{\{#([^#{}\n]{1,500})#\}\}/g)) {
				if (match.index > position) found.push({ text: text.slice(position, match.index) });
				const reference = selected(match[1]!.trim().split("."));
				found.push(reference ? { reference } : { unknown: match[1]! });
				position = match.index + match[0].length;
			}
			if (position < text.length || found.length === 0) found.push({ text: text.slice(position) });
			return found;
		}

		function selected(selector: unknown): Reference | undefined {
			const [root, ...path] = listAt([selector], 0).map(String);
			if (root === undefined) return undefined;
			const found = placeOf(root, path.map(segmentOf), 0);
			return found && { places: [found] };
		}

		function placeOf(root: string, path: Segment[], depth: number): Place | undefined {
			if (root === "sys") return place("input", ...path);
			if (root === "conversation" || root === "env")
				return variables.has(String(path[0])) ? place("variables", ...path) : undefined;
			const node = byKey.get(root);
			if (!node || depth > 20) return undefined;
			if (isAround(node, from) && (path[0] === "item" || path[0] === "index")) {
				return nearest(from) === node ? place(path[0], ...path.slice(1)) : undefined;
			}
			if (!isSeen(node, from)) return undefined;
			return node.type === "variable-aggregator" ? aggregated(node, path, depth) : ofNode(node, path);
		}

		/** The output of a merge is what came first, so all of what came has to have the field at the same place. */
		function aggregated(node: SourceNode, path: Segment[], depth: number): Place | undefined {
			const chosen = listAt(node.data, "variables").map((selector) => {
				const [root, ...rest] = listAt([selector], 0).map(String);
				return root === undefined ? undefined : placeOf(root, rest.map(segmentOf), depth + 1);
			});
			const [first] = chosen;
			const isSame = chosen.every(
				(one) => one && typeof one.base === "object" && String(one.path) === String(first?.path),
			);
			if (!first || !isSame) return undefined;
			return { base: baseOf(node), path: [...first.path, ...path.slice(1)] };
		}

		function baseOf(node: SourceNode): Base {
			return { node: ids.get(node.key)! };
		}

		function ofNode(node: SourceNode, path: Segment[]): Place {
			const [first, ...rest] = path;
			const base = baseOf(node);
			switch (node.type) {
				case "start":
					return place("input", ...path);
				case "llm":
				case "agent":
					return { base, path: first === "text" ? ["response", ...rest] : path };
				case "iteration":
				case "loop":
					return { base, path: first === "output" ? rest : path };
				case "http-request":
					return { base, path: first === "status_code" ? ["status", ...rest] : path };
				default:
					return { base, path };
			}
		}
	};

	function isSeen(node: SourceNode, from: SourceNode): boolean {
		if (node.parent === undefined) return true;
		for (let scope = from.parent; scope !== undefined; scope = byKey.get(scope)!.parent)
			if (scope === node.parent) return true;
		return false;
	}

	function isAround(node: SourceNode, from: SourceNode): boolean {
		for (let scope = from.parent; scope !== undefined; scope = byKey.get(scope)!.parent)
			if (scope === node.key) return true;
		return false;
	}

	function nearest({ parent }: SourceNode): SourceNode | undefined {
		return parent === undefined ? undefined : byKey.get(parent);
	}
}

function segmentOf(text: string): Segment {
	return /^\d{1,9}$/.test(text) ? Number(text) : text;
}

/** The name under which a node of Dify knows something, and where it comes from. */
export function namedSelectors(data: unknown): Map<string, unknown> {
	return new Map(listAt(data, "variables").map((one) => [String(at(one, "variable")), at(one, "value_selector")]));
}
