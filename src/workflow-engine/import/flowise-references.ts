/** The references of Flowise, `{{ node.output.field }}`, `{{ $flow.state.a }}`, and its texts, which may be HTML. */
import { type Place, place, type Reference } from "./reference.ts";
import type { SourceGraph, SourceNode } from "./source-graph.ts";
import type { Part } from "./text-parts.ts";
import { partsBetween, readPath } from "./text-scan.ts";

/** `variables`: names of those that the workflow has here; `own`: what `{{ output }}` is, once a node is done. */
export function flowiseParts(
	{ nodes }: SourceGraph,
	ids: ReadonlyMap<string, string>,
	variables: ReadonlySet<string>,
): (from: SourceNode, own?: Place) => (text: string) => Part[] {
	const byKey = new Map(nodes.map((node) => [node.key, node]));
	return (from, own) => (text) =>
		partsBetween(plainText(text), (expression) => {
			const isOwn = own !== undefined && expression.trim() === "output";
			const reference = isOwn ? { places: [own] } : referenceIn(expression.trim(), from);
			return reference ? { reference } : { unknown: expression };
		});

	function referenceIn(expression: string, from: SourceNode): Reference | undefined {
		const root = /^\$?\w+/.exec(expression)?.[0];
		if (root === undefined) return undefined;
		const { path, end } = readPath(expression, root.length);
		if (end !== expression.length) return undefined;
		const found = placeOf(root, path, from);
		return found && { places: [found] };
	}

	function placeOf(root: string, path: Place["path"], from: SourceNode): Place | undefined {
		switch (root) {
			case "question":
				return place("input", "question", ...path);
			case "$form":
				return place("input", ...path);
			case "$flow":
				if (path[0] === "state" && variables.has(String(path[1]))) return place("variables", ...path.slice(1));
				return undefined;
			case "$iteration":
				return from.parent === undefined ? undefined : place("item", ...path);
			default:
				return outputOf(byKey.get(root), path, from);
		}
	}

	function outputOf(node: SourceNode | undefined, path: Place["path"], from: SourceNode): Place | undefined {
		if (!node || (node.parent !== undefined && node.parent !== from.parent)) return undefined;
		const base = { node: ids.get(node.key)! };
		// Old flows say `node.data.instance`.
		const below = path[0] === "data" && path[1] === "instance" ? [] : path[0] === "output" ? path.slice(1) : path;
		const isAnswer = isAgent(node) && (below.length === 0 || (below.length === 1 && below[0] === "content"));
		if (isAnswer) return { base, path: ["response"] };
		return { base, path: node.type === "httpAgentflow" && below[0] === "data" ? ["body", ...below.slice(1)] : below };
	}
}

export function isAgent({ type, data }: SourceNode): boolean {
	return /^(?:agent|llm|conditionAgent)Agentflow$/.test(type) || /^(?:Agents|Chains)$/.test(String(data["category"]));
}

/** What an editor of rich text wrote, without its tags. */
export function plainText(text: string): string {
	if (!/^\s*<(?:p|h\d|ul|ol|pre|blockquote|div|span)\b/i.test(text)) return text;
	return text
		.replace(/<\/(?:p|h\d|li|pre|blockquote|div)>|<br\s{0,5}\/?>/gi, "\n")
		.replace(/<[^<>]*>/g, "")
		.replace(/&(lt|gt|quot|#39|nbsp|amp);/g, (_, name: string) => entities[name]!)
		.trim();
}

const entities: Record<string, string> = { lt: "<", gt: ">", quot: '"', "#39": "'", nbsp: " ", amp: "&" };
