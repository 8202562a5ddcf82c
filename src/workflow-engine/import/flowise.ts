/**
 * Workflows of Flowise. In its agent flows connections are the order of the nodes; in its older chat flows they are what
 * a node is made of, and only those among chains, agents and the prompts between them say what comes after what.
 */
import { AppError } from "#core/errors";
import { reachedFrom } from "./back-links.ts";
import { flowiseBranch } from "./flowise-conditions.ts";
import { scenarioCondition } from "./flowise-agent.ts";
import { flowiseOutcome, stateUpdates } from "./flowise-nodes.ts";
import { flowiseParts, isAgent } from "./flowise-references.ts";
import type { ImportNote } from "./import-report.ts";
import { at, type Fields, isFields, type Json, listAt, numberAt, objectOf, textAt } from "./loose-json.ts";
import { nodeIds } from "./node-ids.ts";
import { nodeWriter } from "./node-writer.ts";
import { place } from "./reference.ts";
import { isSecretName } from "./secrets.ts";
import { checkSource, type SourceGraph, type SourceLink, type SourceNode } from "./source-graph.ts";
import type { Outcome, Translation, Wiring } from "./translation.ts";

/** Throws `invalid_input` for what is no workflow of Flowise. */
export function translateFlowise(content: Fields): Translation {
	const notes: ImportNote[] = [];
	const graph: SourceGraph = { nodes: readNodes(content), links: readLinks(content) };
	checkSource(graph);
	const ids = nodeIds(graph.nodes);
	const variables = stateOf(graph);
	const partsFrom = flowiseParts(graph, ids, new Set(Object.keys(variables)));
	const followed = new Set(graph.links.map(({ source }) => source));
	const suppliers = suppliersIn(graph);
	const outcomes = new Map<string, Outcome>();
	for (const node of graph.nodes) {
		const note = (detail: string) => notes.push({ source: node.name, detail });
		if (
			textAt(node.data, "inputs", "FLOWISE_CREDENTIAL_ID") !== undefined ||
			textAt(node.data, "credential") !== undefined
		) {
			note("Its credential is not taken over.");
		}
		if (suppliers.has(node.key))
			outcomes.set(node.key, { omitted: "What a chain or an agent is made of is part of an agent here." });
		else {
			const parts = partsFrom(node);
			const outcome = flowiseOutcome({ node, writer: nodeWriter(parts, note), isFollowed: followed.has(node.key) });
			outcomes.set(node.key, withState(node, outcome));
		}

		function withState(of: SourceNode, outcome: Outcome): Outcome {
			const own = place("output", ...(isAgent(of) ? ["response"] : []));
			const assign = stateUpdates(of, nodeWriter(partsFrom(of, own), note));
			return assign && "draft" in outcome ? { ...outcome, draft: { ...outcome.draft, assign } } : outcome;
		}
	}
	const byKey = new Map(graph.nodes.map((node) => [node.key, node]));
	return {
		...{ format: "flowise", graph, ids, variables, outcomes, notes },
		name: textAt(content, "name") ?? "Imported from Flowise",
		description: textAt(content, "description"),
		triggers: graph.nodes.filter(({ type }) => type === "startAgentflow").map(({ name }) => name),
		wiringOf: (link) => wiring(link, byKey.get(link.source)!),
	};
}

function readNodes(content: Fields): SourceNode[] {
	const given = at(content, "nodes");
	if (!Array.isArray(given)) throw new AppError("invalid_input", "The export has no list of nodes.");
	return given.map((node: unknown, index): SourceNode => {
		const key = textAt(node, "id");
		const data = at(node, "data");
		const type = textAt(data, "name") ?? textAt(node, "type");
		if (key === undefined || type === undefined || !isFields(data)) {
			const details = { fields: [{ pointer: `/nodes/${index}`, detail: "A node has an id and data with a name." }] };
			throw new AppError("invalid_input", "A node of the export has no id or no type.", { details });
		}
		const parent = textAt(node, "parentNode");
		const position = { x: numberAt(node, "position", "x") ?? 0, y: numberAt(node, "position", "y") ?? 0 };
		return { key, name: textAt(data, "label") ?? key, type, position, data, ...(parent !== undefined && { parent }) };
	});
}

function readLinks(content: Fields): SourceLink[] {
	if (!Array.isArray(at(content, "edges"))) throw new AppError("invalid_input", "The export has no list of edges.");
	return listAt(content, "edges").map((edge, index) => {
		const [source, target] = [String(at(edge, "source") ?? ""), String(at(edge, "target") ?? "")];
		return { source, target, kind: "edge", output: textAt(edge, "sourceHandle") ?? "", pointer: `/edges/${index}` };
	});
}

/** What the state of the flow is at the beginning. */
function stateOf({ nodes }: SourceGraph): Record<string, Json> {
	const given = nodes
		.filter(({ type }) => type === "startAgentflow")
		.flatMap(({ data }) => listAt(data, "inputs", "startState"));
	return objectOf(
		given.flatMap((one): [string, Json][] => {
			const name = textAt(one, "key") ?? "";
			return /^[A-Za-z_]\w{0,63}$/.test(name)
				? [[name, isSecretName(name) ? null : ((at(one, "value") ?? "") as Json)]]
				: [];
		}),
	);
}

/** Keys of the nodes of a chat flow from which a chain or an agent is made, but for prompts and what stands between two. */
function suppliersIn({ nodes, links }: SourceGraph): Set<string> {
	const agents = nodes.filter(({ type, ...node }) => !type.endsWith("Agentflow") && isAgent({ type, ...node }));
	if (agents.length === 0) return new Set();
	const after = reachedFrom(
		agents.map(({ key }) => key),
		links,
	);
	const before = reachedFrom(
		agents.map(({ key }) => key),
		links.map(({ source, target }) => ({ source: target, target: source })),
	);
	const isSupplier = ({ key, type }: SourceNode) => type !== "promptTemplate" && before.has(key) && !after.has(key);
	return new Set(nodes.filter(isSupplier).map(({ key }) => key));
}

function wiring({ output }: SourceLink, source: SourceNode): Wiring {
	const number = Number(/-output-(\d{1,4})$/.exec(output)?.[1] ?? "0");
	switch (source.type) {
		case "conditionAgentflow":
			return { condition: flowiseBranch(source, number) };
		case "conditionAgentAgentflow": {
			const condition = scenarioCondition(source, number);
			return condition === undefined ? {} : { condition };
		}
		case "humanInputAgentflow":
			return number === 1 ? { type: "error" } : {};
		default:
			return {};
	}
}
