/**
 * Puts a translation together: a definition that can run, and the report. What its checks refuse becomes a placeholder,
 * so that an import ends with a definition whatever the export holds.
 */
import { AppError } from "#core/errors";
import { expressionProblems } from "#workflow-engine/check-expressions";
import { nodeProblems } from "#workflow-engine/check-node";
import { placesIn } from "#workflow-engine/graph-place";
import { maxNodes, Node } from "#workflow-engine/node-schema";
import {
	Definition,
	type Edge,
	type Graph,
	type GraphProblem,
	type Node as WorkflowNode,
} from "#workflow-engine/schema";
import type { ImportedWorkflow, ImportReport } from "./import-report.ts";
import { free } from "./node-ids.ts";
import { type PlacedLink, type Placement, placeNodes } from "./place-nodes.ts";
import { redact } from "./secrets.ts";
import { countLinks, isCyclic, type SourceNode } from "./source-graph.ts";
import type { Draft, Outcome, Translation } from "./translation.ts";

const maxRounds = 10;
const maxNotes = 5_000;

/** Throws `invalid_input` where nothing of the export could run. */
export function assemble(translation: Translation): ImportedWorkflow {
	const keys = new Map([...translation.ids].map(([key, id]) => [id, key]));
	const refused = new Map<string, string>();
	for (let round = 0; ; round++) {
		const built = build(translation, refused);
		const problems = round < maxRounds ? problemsOf(built, refused, keys) : [];
		if (problems.length === 0) return finished(translation, built);
		for (const [key, reason] of problems) refused.set(key, reason);
	}
}

interface Built {
	placement: Placement;
	graph: Graph;
	added: ImportReport["added"];
	edges: number;
	/** Keys of nodes that do not fit their schema, with the reason. */
	invalid: Map<string, string>;
}

function build(translation: Translation, refused: ReadonlyMap<string, string>): Built {
	const { ids, graph } = translation;
	const placement = placeNodes(translation, refused);
	const children = Map.groupBy(graph.nodes, ({ parent }) => parent);
	const taken = new Set(ids.values());
	const built: Built = { placement, graph: { nodes: [], edges: [] }, added: [], edges: 0, invalid: new Map() };
	let edgeIds = 0;
	built.graph = graphIn(undefined);
	return built;

	function graphIn(parent: string | undefined): Graph {
		const nodes = (children.get(parent) ?? []).flatMap((node) => nodeOf(node) ?? []);
		const edges = (placement.links.get(parent) ?? []).map(edgeOf);
		built.edges += edges.length;
		const loop = parent === undefined ? undefined : placement.outcomes.get(parent);
		if (parent !== undefined && loop && "draft" in loop && loop.ending)
			addEnding(parent, loop.ending, { nodes, edges });
		return { nodes, edges };
	}

	function nodeOf(node: SourceNode): WorkflowNode | undefined {
		const outcome = placement.outcomes.get(node.key)!;
		if ("omitted" in outcome) return undefined;
		const draft: Draft = "draft" in outcome ? outcome.draft : { type: "transform", config: { value: null } };
		const config = draft.type === "loop" ? { ...redact(draft.config), body: graphIn(node.key) } : redact(draft.config);
		const common = { id: ids.get(node.key)!, name: nameOf(node), position: node.position };
		const { type, assign, ...others } = draft;
		const parsed = Node.safeParse({ ...others, ...common, type, config, ...(assign && { assign: redact(assign) }) });
		if (parsed.success) return parsed.data;
		const [issue] = parsed.error.issues;
		built.invalid.set(node.key, `\`${issue?.path.join("/") ?? ""}\`: ${issue?.message ?? "not valid"}`);
		return Node.parse({ ...common, type: "transform", config: { value: null } });
	}

	function edgeOf({ link, ...how }: PlacedLink): Edge {
		return {
			type: "default",
			...how,
			id: `e${++edgeIds}`,
			source: ids.get(link.source)!,
			target: ids.get(link.target)!,
		};
	}

	function addEnding(
		loop: string,
		{ after, output }: NonNullable<Extract<Outcome, { draft: Draft }>["ending"]>,
		body: Graph,
	) {
		const source = ids.get(after);
		const before = body.nodes.find(({ id }) => id === source);
		// An end says itself what a round ends with.
		if (!before || before.type === "end") return;
		const id = free(`${ids.get(loop)!}_output`, taken);
		const position = { x: before.position.x + 300, y: before.position.y };
		body.nodes.push(Node.parse({ id, name: "Output", position, type: "end", config: { output } }));
		body.edges.push({ id: `e${++edgeIds}`, source: before.id, target: id, type: "default" });
		built.added.push({ nodeId: id, reason: "It gives what the rounds of the loop end with." });
	}
}

function problemsOf(
	{ graph, invalid }: Built,
	refused: ReadonlyMap<string, string>,
	keys: ReadonlyMap<string, string>,
): [key: string, reason: string][] {
	if (invalid.size > 0) return [...invalid].filter(([key]) => !refused.has(key));
	const problems = new Map<string, string>();
	for (const { nodeId, detail } of problemsIn(graph)) {
		const key = keys.get(nodeId?.split("/").at(-1) ?? "");
		if (key !== undefined && !refused.has(key) && !problems.has(key)) problems.set(key, detail);
	}
	return [...problems];
}

/** As `checkGraph` finds them in nodes, but all of them. */
function* problemsIn(graph: Graph): Generator<GraphProblem> {
	for (const place of placesIn(graph, "")) {
		const incoming = Map.groupBy(place.graph.edges, ({ target }) => target);
		for (const [index, { id }] of place.graph.nodes.entries()) {
			yield* nodeProblems(place, index, incoming.get(id)?.length ?? 0);
			yield* expressionProblems(place, index);
		}
	}
}

function finished(translation: Translation, { graph, placement, added, edges }: Built): ImportedWorkflow {
	const { format, ids, triggers, variables = {}, options = {} } = translation;
	if (graph.nodes.length === 0)
		throw new AppError("invalid_input", "The export has nothing that a workflow could run.");
	const source = translation.graph;
	const names = new Map(source.nodes.map((node) => [node.key, node.name]));
	const report: ImportReport = {
		...{ nodes: source.nodes.length, connections: countLinks(source.links), edges, cyclic: isCyclic(source), triggers },
		...{ mapped: [], unmapped: [], added, droppedConnections: [], notes: translation.notes },
	};
	for (const { key, name, type } of source.nodes) {
		const outcome = placement.outcomes.get(key)!;
		const nodeId = ids.get(key)!;
		if ("omitted" in outcome) report.unmapped.push({ source: name, type, reason: outcome.omitted });
		else if ("placeholder" in outcome)
			report.unmapped.push({ source: name, type, nodeId, reason: outcome.placeholder });
		else
			report.mapped.push({
				source: name,
				nodeId,
				type: outcome.draft.type,
				...(outcome.note && { note: outcome.note }),
			});
	}
	report.droppedConnections = placement.dropped.map(({ link, reason }) => {
		return { source: names.get(link.source)!, target: names.get(link.target)!, kind: link.kind, reason };
	});
	const omitted = report.notes.length - maxNotes;
	if (omitted > 0) {
		report.notes = [
			...report.notes.slice(0, maxNotes),
			{ source: translation.name, detail: `${omitted} more notes are left out.` },
		];
	}
	return {
		format,
		name: redact(translation.name.trim().slice(0, 200)) || "Imported workflow",
		...(translation.description && { description: redact(translation.description.slice(0, 2_000)) }),
		definition: definitionOf({ ...graph, variables: redact(variables), options }),
		report: redact(report),
	};
}

function definitionOf(definition: unknown): Definition {
	const parsed = Definition.safeParse(definition);
	if (parsed.success) return parsed.data;
	const [issue] = parsed.error.issues;
	const detail = `\`${issue?.path.join("/") ?? ""}\`: ${issue?.message ?? ""}`;
	throw new AppError("invalid_input", `The export makes no definition of at most ${maxNodes} nodes: ${detail}`);
}

function nameOf({ name }: SourceNode): string | undefined {
	return redact(name.trim().slice(0, 200)) || undefined;
}
