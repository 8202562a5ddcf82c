/**
 * Decides which nodes of an export stand in the definition, and which of its connections become edges: none that close a
 * cycle or cross the border of a loop's body, and no node that no trigger leads to.
 */
import { backLinks, reachedFrom } from "./back-links.ts";
import type { SourceLink, SourceNode } from "./source-graph.ts";
import type { Outcome, Translation } from "./translation.ts";

export interface PlacedLink {
	link: SourceLink;
	condition?: string;
	type?: "error";
}

export interface Placement {
	outcomes: Map<string, Outcome>;
	/** By the key of their sources' loop; those of the workflow itself by undefined. */
	links: Map<string | undefined, PlacedLink[]>;
	dropped: Array<{ link: SourceLink; reason: string }>;
}

/** `refused`: why nodes cannot be what they were translated to, by key. */
export function placeNodes(translation: Translation, refused: ReadonlyMap<string, string>): Placement {
	const { graph } = translation;
	const nodes = new Map(graph.nodes.map((node) => [node.key, node]));
	const outcomes = outcomesOf(translation, refused);
	const dropped: Placement["dropped"] = [];
	const candidates: PlacedLink[] = [];
	for (const link of graph.links) {
		const reason = reasonAgainst(link, nodes, outcomes);
		if (reason !== undefined) dropped.push({ link, reason });
		else {
			const wiring = translation.wiringOf(link);
			if ("dropped" in wiring) dropped.push({ link, reason: wiring.dropped });
			else candidates.push({ ...fitting(wiring, outcomes.get(link.source)!), link });
		}
	}
	const first = firstOf(graph.nodes, outcomes, candidates);
	const back = backLinks(
		first,
		candidates.map(({ link }) => link),
	);
	for (const link of back) dropped.push({ link, reason: "It closes a cycle, and only a `loop` node repeats." });
	const forward = candidates.filter(({ link }) => !back.has(link));
	if (!omitUnreached(graph.nodes, outcomes, forward)) return { outcomes, links: byScope(forward, nodes), dropped };
	const isPlaced = ({ link }: PlacedLink) => !isOmitted(outcomes, link.source) && !isOmitted(outcomes, link.target);
	for (const one of forward) if (!isPlaced(one)) dropped.push({ link: one.link, reason: "No trigger leads to it." });
	return { outcomes, links: byScope(forward.filter(isPlaced), nodes), dropped };
}

function outcomesOf(
	{ graph, outcomes: translated }: Translation,
	refused: ReadonlyMap<string, string>,
): Map<string, Outcome> {
	const outcomes = new Map<string, Outcome>();
	const withBody = new Set<string>();
	// What stands in a body comes before its loop, whatever their order is, for a loop without a body is none.
	for (const node of graph.nodes) {
		const reason = refused.get(node.key);
		const outcome: Outcome = reason === undefined ? translated.get(node.key)! : { placeholder: reason };
		const isStartInside = node.parent !== undefined && "draft" in outcome && outcome.draft.type === "start";
		outcomes.set(node.key, isStartInside ? { placeholder: "Nothing starts in the body of a loop." } : outcome);
		if (node.parent !== undefined && !("omitted" in outcome)) withBody.add(node.parent);
	}
	for (const [key, outcome] of outcomes) {
		if ("draft" in outcome && outcome.draft.type === "loop" && !withBody.has(key)) {
			outcomes.set(key, { placeholder: "A loop without a body." });
		}
	}
	omitBodies(graph.nodes, outcomes);
	return outcomes;
}

/** Nodes whose loop is none here. */
function omitBodies(nodes: readonly SourceNode[], outcomes: Map<string, Outcome>): void {
	const byKey = new Map(nodes.map((node) => [node.key, node]));
	for (const node of nodes) {
		for (let around = node.parent; around !== undefined; around = byKey.get(around)!.parent) {
			const outcome = outcomes.get(around)!;
			if ("draft" in outcome && outcome.draft.type === "loop") continue;
			outcomes.set(node.key, { omitted: `It stands in "${byKey.get(around)!.name}", which is no loop here.` });
		}
	}
}

function reasonAgainst(
	{ source, target }: SourceLink,
	nodes: ReadonlyMap<string, SourceNode>,
	outcomes: ReadonlyMap<string, Outcome>,
): string | undefined {
	for (const key of [source, target]) {
		const outcome = outcomes.get(key)!;
		if ("omitted" in outcome) return `"${nodes.get(key)!.name}" is no node here: ${outcome.omitted}`;
	}
	if (nodes.get(source)!.parent !== nodes.get(target)!.parent) return "It crosses the border of a loop's body.";
	return isOf(outcomes, target, "start") ? "Nothing comes before a start." : undefined;
}

/** Of what decides nothing, all branches are taken. */
function fitting(
	wiring: { condition?: string; type?: "error" },
	source: Outcome,
): { condition?: string; type?: "error" } {
	if (wiring.type === "error") return { type: "error" };
	return "draft" in source && wiring.condition !== undefined ? { condition: wiring.condition } : {};
}

function firstOf(
	nodes: readonly SourceNode[],
	outcomes: ReadonlyMap<string, Outcome>,
	links: readonly PlacedLink[],
): string[] {
	const targets = new Set(links.map(({ link }) => link.target));
	const placed = nodes.filter(({ key }) => !isOmitted(outcomes, key));
	const withoutIncoming = placed.filter(({ key }) => !targets.has(key)).map(({ key }) => key);
	return [...withoutIncoming.filter((key) => isOf(outcomes, key, "start")), ...withoutIncoming];
}

/** Whether there were some: where the workflow has a start, the others never run. */
function omitUnreached(
	nodes: readonly SourceNode[],
	outcomes: Map<string, Outcome>,
	links: readonly PlacedLink[],
): boolean {
	const outer = nodes
		.filter(({ parent, key }) => parent === undefined && !isOmitted(outcomes, key))
		.map(({ key }) => key);
	const starts = outer.filter((key) => isOf(outcomes, key, "start"));
	if (starts.length === 0) return false;
	const reached = reachedFrom(
		starts,
		links.map(({ link }) => link),
	);
	const unreached = outer.filter((key) => !reached.has(key));
	for (const key of unreached) outcomes.set(key, { omitted: "No trigger leads to it, so it never runs." });
	if (unreached.length > 0) omitBodies(nodes, outcomes);
	return unreached.length > 0;
}

function byScope(
	links: readonly PlacedLink[],
	nodes: ReadonlyMap<string, SourceNode>,
): Map<string | undefined, PlacedLink[]> {
	return Map.groupBy(links, ({ link }) => nodes.get(link.source)!.parent);
}

function isOmitted(outcomes: ReadonlyMap<string, Outcome>, key: string): boolean {
	return "omitted" in outcomes.get(key)!;
}

function isOf(outcomes: ReadonlyMap<string, Outcome>, key: string, type: string): boolean {
	const outcome = outcomes.get(key)!;
	return "draft" in outcome && outcome.draft.type === type;
}
