/** Workflows of n8n. Its nodes are named by what people call them, and so are the ends of its connections. */
import { AppError } from "#core/errors";
import type { ImportNote } from "./import-report.ts";
import { at, type Fields, fieldsAt, isFields, listAt, numberAt, textAt } from "./loose-json.ts";
import { n8nParts } from "./n8n-expressions.ts";
import { n8nFlow } from "./n8n-flow.ts";
import { isTrigger, n8nKind } from "./n8n-kinds.ts";
import { batchLoops, isSplitter } from "./n8n-loops.ts";
import { n8nBranch } from "./n8n-decisions.ts";
import { n8nOutcome } from "./n8n-nodes.ts";
import { nodeIds } from "./node-ids.ts";
import { nodeWriter } from "./node-writer.ts";
import { checkSource, type SourceGraph, type SourceLink, type SourceNode } from "./source-graph.ts";
import type { Outcome, Translation, Wiring } from "./translation.ts";

/** They make many items of one, for each of which n8n runs what follows. */
const splitting = /\.(?:splitOut|itemLists|limit|aggregate|extractFromFile|spreadsheetFile)$/;

/** Throws `invalid_input` for what is no workflow of n8n. */
export function translateN8n(content: Fields): Translation {
	const notes: ImportNote[] = [];
	const workflow = textAt(content, "name") ?? "Imported from n8n";
	const graph: SourceGraph = { nodes: readNodes(content, notes), links: readLinks(content) };
	checkSource(graph);
	const ids = nodeIds(graph.nodes);
	const loops = batchLoops(graph);
	for (const node of graph.nodes) {
		const parent = loops.parents.get(node.key);
		if (parent !== undefined) node.parent = parent;
	}
	const bodies = new Set(loops.parents.values());
	const contextOf = n8nFlow(graph, loops, ids);
	const owners = subNodes(graph);
	const followed = new Set(graph.links.filter(({ kind }) => kind === "main").map(({ source }) => source));
	const outcomes = new Map<string, Outcome>();
	for (const node of graph.nodes) {
		const note = (detail: string) => notes.push({ source: node.name, detail });
		noteSettings(node, note);
		const owner = owners.get(node.key);
		if (owner !== undefined)
			outcomes.set(node.key, { omitted: `It belongs to "${owner}", whose parts are no nodes here.` });
		else if (isSplitter(node) && !bodies.has(node.key))
			outcomes.set(node.key, { placeholder: "No simple loop leads back to it." });
		else {
			const context = contextOf(node);
			const writer = nodeWriter((text) => n8nParts(text, context), note);
			outcomes.set(node.key, n8nOutcome({ node, writer, context, isFollowed: followed.has(node.key) }));
		}
	}
	noteWorkflow(content, graph, (detail) => notes.push({ source: workflow, detail }));
	const byKey = new Map(graph.nodes.map((node) => [node.key, node]));
	const timeout = numberAt(content, "settings", "executionTimeout");
	return {
		...{ format: "n8n", name: workflow, graph, ids, outcomes, notes },
		description: textAt(content, "description"),
		triggers: graph.nodes.filter(isTrigger).map(({ name }) => name),
		options:
			timeout !== undefined && timeout >= 1
				? { timeout: Math.min(Math.round(timeout), 31_000_000) * 1_000 }
				: undefined,
		wiringOf: (link) => {
			if (loops.implied.has(link)) return { dropped: "The body of the loop stands for it." };
			return wiring(link, byKey.get(link.source)!);
		},
	};
}

function readNodes(content: Fields, notes: ImportNote[]): SourceNode[] {
	const given = at(content, "nodes");
	if (!Array.isArray(given)) throw new AppError("invalid_input", "The export has no list of nodes.");
	return given.flatMap((data: unknown, index): SourceNode[] => {
		const name = at(data, "name");
		const type = at(data, "type");
		if (!isFields(data) || typeof name !== "string" || typeof type !== "string") {
			const details = { fields: [{ pointer: `/nodes/${index}`, detail: "A node has a name and a type." }] };
			throw new AppError("invalid_input", "A node of the export has no name or no type.", { details });
		}
		if (type.endsWith(".stickyNote")) {
			notes.push({ source: name, detail: (textAt(data, "parameters", "content") ?? "").slice(0, 2_000) });
			return [];
		}
		const position = { x: numberAt(data, "position", 0) ?? 0, y: numberAt(data, "position", 1) ?? 0 };
		return [{ key: name, name, type, position, data }];
	});
}

function readLinks(content: Fields): SourceLink[] {
	const connections = at(content, "connections");
	if (!isFields(connections)) throw new AppError("invalid_input", "The export has no connections.");
	const links: SourceLink[] = [];
	for (const [source, kinds] of Object.entries(connections)) {
		for (const [kind, outputs] of Object.entries(fieldsAt([kinds], 0))) {
			for (const [output, targets] of listAt([outputs], 0).entries()) {
				for (const [index, to] of listAt([targets], 0).entries()) {
					const pointer = `/connections/${escapePointer(source)}/${escapePointer(kind)}/${output}/${index}`;
					links.push({ source, target: String(at(to, "node") ?? ""), kind, output: String(output), pointer });
				}
			}
		}
	}
	return links;
}

/** Names of those that they work for, by the keys of nodes that are models, tools and the like. */
function subNodes({ nodes, links }: SourceGraph): Map<string, string> {
	const inFlow = new Set(links.filter(({ kind }) => kind === "main").flatMap(({ source, target }) => [source, target]));
	const names = new Map(nodes.map(({ key, name }) => [key, name]));
	const owners = new Map<string, string>();
	for (const { kind, source, target } of links) {
		if (kind !== "main" && !inFlow.has(source)) owners.set(source, names.get(target)!);
	}
	return owners;
}

function wiring({ kind, output }: SourceLink, source: SourceNode): Wiring {
	if (kind !== "main") return { dropped: "Models, tools and memory are no nodes here." };
	if (source.data["disabled"] !== true && n8nKind(source) === "condition")
		return { condition: n8nBranch(source, output) };
	if (source.data["onError"] === "continueErrorOutput" && output !== "0") return { type: "error" };
	return {};
}

function noteSettings({ data }: SourceNode, note: (detail: string) => void): void {
	const credentials = Object.keys(fieldsAt(data, "credentials"));
	if (credentials.length > 0) note(`Credentials are not taken over: ${credentials.slice(0, 20).join(", ")}.`);
	const text = textAt(data, "notes");
	if (text !== undefined) note(text.slice(0, 2_000));
	if (data["continueOnFail"] === true || data["onError"] === "continueRegularOutput") {
		note("It went on after an error; here an error ends the execution, unless an `error` edge leads from the node.");
	}
	if (data["executeOnce"] === true) note("It ran for the first item only; here every node runs once.");
}

function noteWorkflow(content: Fields, { nodes }: SourceGraph, note: (detail: string) => void): void {
	const settings = Object.keys(fieldsAt(content, "settings")).filter((name) => name !== "executionTimeout");
	if (settings.length > 0) note(`Settings are not taken over: ${settings.slice(0, 30).join(", ")}.`);
	if (Object.keys(fieldsAt(content, "pinData")).length > 0) note("Pinned data are not taken over.");
	if (Object.keys(fieldsAt(content, "staticData")).length > 0) note("Static data are not taken over.");
	if (!nodes.some(({ type }) => splitting.test(type) || type.endsWith(".splitInBatches"))) return;
	note("n8n runs a node once for each item of a list; here it runs once, and a `loop` node goes through a list.");
}

function escapePointer(name: string): string {
	return name.replaceAll("~", "~0").replaceAll("/", "~1");
}
