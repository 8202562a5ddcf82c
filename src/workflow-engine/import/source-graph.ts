/** An export as a graph, the same for all formats: what is counted, and what is wrong with its structure. */
import { AppError, type FieldError } from "#core/errors";
import { cyclesOf } from "#workflow-engine/cycles";
import { maxBodyDepth } from "#workflow-engine/graph-place";
import { maxNodes } from "#workflow-engine/node-schema";
import type { Fields } from "./loose-json.ts";

export interface SourceNode {
	/** By which connections name it; of each one only. */
	key: string;
	/** What people call it. */
	name: string;
	/** In the export. */
	type: string;
	position: { x: number; y: number };
	data: Fields;
	/** Key of the node in whose body it stands. */
	parent?: string;
}

export interface SourceLink {
	source: string;
	target: string;
	kind: string;
	/** Which output of the source: an index or a name. */
	output: string;
	/** JSON Pointer into the export. */
	pointer: string;
}

export interface SourceGraph {
	nodes: SourceNode[];
	links: SourceLink[];
}

/** Throws `invalid_input` for a graph that is not whole. */
export function checkSource({ nodes, links }: SourceGraph): void {
	if (nodes.length === 0) throw new AppError("invalid_input", "The export has no nodes.");
	if (nodes.length > maxNodes) {
		throw new AppError("invalid_input", `The export has ${nodes.length} nodes; at most ${maxNodes} are possible.`);
	}
	if (links.length > 4 * maxNodes) {
		throw new AppError(
			"invalid_input",
			`The export has ${links.length} connections; at most ${4 * maxNodes} are possible.`,
		);
	}
	const byKey = new Map<string, SourceNode>();
	for (const node of nodes) {
		if (byKey.has(node.key))
			throw new AppError("invalid_input", `Two nodes of the export are called "${shown(node.key)}".`);
		byKey.set(node.key, node);
	}
	const fields = links.flatMap(({ source, target, pointer }): FieldError[] =>
		[source, target]
			.filter((key) => !byKey.has(key))
			.map((key) => ({ pointer, detail: `There is no node "${shown(key)}".` })),
	);
	if (fields.length > 0) {
		const details = { fields: fields.slice(0, 100) };
		throw new AppError("invalid_input", "Connections of the export name nodes that it does not have.", { details });
	}
	for (const node of nodes) checkDepth(node, byKey);
}

/** By kind. */
export function countLinks(links: readonly SourceLink[]): Record<string, number> {
	const counts = new Map<string, number>();
	for (const { kind } of links) counts.set(kind, (counts.get(kind) ?? 0) + 1);
	return Object.fromEntries(counts);
}

export function isCyclic({ nodes, links }: SourceGraph): boolean {
	if (links.some(({ source, target }) => source === target)) return true;
	const places = new Map(nodes.map(({ key }, index) => [key, index]));
	const targets: number[][] = nodes.map(() => []);
	for (const { source, target } of links) targets[places.get(source)!]!.push(places.get(target)!);
	return cyclesOf(targets).length > 0;
}

function checkDepth(node: SourceNode, byKey: ReadonlyMap<string, SourceNode>): void {
	let around = node.parent;
	for (let depth = 1; around !== undefined; depth++) {
		const parent = byKey.get(around);
		if (!parent)
			throw new AppError("invalid_input", `Node "${shown(node.name)}" stands in a node that the export does not have.`);
		if (depth > maxBodyDepth) {
			throw new AppError("invalid_input", `Node "${shown(node.name)}" stands in more than ${maxBodyDepth} others.`);
		}
		around = parent.parent;
	}
}

function shown(name: string): string {
	return name.length > 100 ? `${name.slice(0, 100)} …` : name;
}
