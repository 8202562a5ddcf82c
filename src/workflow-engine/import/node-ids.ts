/** Makes node ids of the names of an export. */
import { NodeId } from "#workflow-engine/node-schema";
import { withoutSecrets } from "./secrets.ts";
import type { SourceNode } from "./source-graph.ts";

const maxStem = 60;

/** By key, each of them valid and different from the others. A key that is valid itself, as Dify's and Flowise's, is kept. */
export function nodeIds(nodes: readonly SourceNode[]): Map<string, string> {
	const taken = new Set<string>();
	const next = new Map<string, number>();
	return new Map(nodes.map((node) => [node.key, free(stemOf(node), taken, next)]));
}

/** The stem itself, or the stem with the first number that makes it new. */
export function free(stem: string, taken: Set<string>, next = new Map<string, number>()): string {
	let id = stem;
	while (taken.has(id)) {
		const number = next.get(stem) ?? 2;
		next.set(stem, number + 1);
		id = `${stem}_${number}`;
	}
	taken.add(id);
	return id;
}

function stemOf({ key }: SourceNode): string {
	const name = withoutSecrets(key);
	if (NodeId.safeParse(name).success && name.length <= maxStem && !(name in {})) return name;
	const stem = name
		.slice(0, 1_000)
		.normalize("NFKD")
		.replace(/\p{M}/gu, "")
		.replace(/[^A-Za-z0-9]+/g, "_")
		.replace(/^_|_$/g, "")
		.slice(0, maxStem);
	if (stem === "" || stem in {}) return "node";
	return stem;
}
