/** Workflows of Dify: the YAML that it calls its DSL. */
import { AppError } from "#core/errors";
import { difyBranch } from "./dify-conditions.ts";
import { difyClass } from "./dify-agent.ts";
import { difyOutcome, isDifyTrigger } from "./dify-nodes.ts";
import { difyReferences } from "./dify-references.ts";
import type { ImportNote } from "./import-report.ts";
import { at, type Fields, isFields, type Json, listAt, numberAt, objectOf, textAt } from "./loose-json.ts";
import { nodeIds } from "./node-ids.ts";
import { nodeWriter } from "./node-writer.ts";
import { isSecretName } from "./secrets.ts";
import { checkSource, type SourceGraph, type SourceLink, type SourceNode } from "./source-graph.ts";
import type { Outcome, Translation, Wiring } from "./translation.ts";

/** Throws `invalid_input` for what is no workflow of Dify. */
export function translateDify(content: Fields): Translation {
	const workflow = textAt(content, "app", "name") ?? "Imported from Dify";
	const notes: ImportNote[] = [];
	const graph: SourceGraph = { nodes: readNodes(content, notes), links: readLinks(content) };
	checkSource(graph);
	const ids = nodeIds(graph.nodes);
	const variables = variablesOf(content, (detail) => notes.push({ source: workflow, detail }));
	const referencesOf = difyReferences(graph, ids, new Set(Object.keys(variables)));
	const followed = new Set(graph.links.map(({ source }) => source));
	const outcomes = new Map<string, Outcome>();
	for (const node of graph.nodes) {
		const note = (detail: string) => notes.push({ source: node.name, detail });
		const references = referencesOf(node);
		const writer = nodeWriter(references.parts, note);
		outcomes.set(node.key, difyOutcome({ node, writer, references, isFollowed: followed.has(node.key) }));
		const description = textAt(node.data, "desc");
		if (description !== undefined) note(description.slice(0, 2_000));
	}
	const features = Object.keys(at(content, "workflow", "features") ?? {});
	if (features.length > 0)
		notes.push({ source: workflow, detail: `Features are not taken over: ${features.slice(0, 30).join(", ")}.` });
	const byKey = new Map(graph.nodes.map((node) => [node.key, node]));
	return {
		...{ format: "dify", name: workflow, graph, ids, variables, outcomes, notes },
		description: textAt(content, "app", "description"),
		triggers: graph.nodes.filter((node) => node.type === "start" || isDifyTrigger(node)).map(({ name }) => name),
		wiringOf: (link) => wiring(link, byKey.get(link.source)!),
	};
}

function readNodes(content: Fields, notes: ImportNote[]): SourceNode[] {
	const given = at(content, "workflow", "graph", "nodes");
	if (!Array.isArray(given)) {
		const mode = textAt(content, "app", "mode");
		throw new AppError("invalid_input", `The export has no graph${mode ? `: \`${mode}\` is no workflow` : ""}.`);
	}
	return given.flatMap((node: unknown, index): SourceNode[] => {
		const key = textAt(node, "id");
		const data = at(node, "data");
		const type = textAt(data, "type") ?? textAt(node, "type");
		if (key === undefined || type === undefined || !isFields(data)) {
			const details = {
				fields: [{ pointer: `/workflow/graph/nodes/${index}`, detail: "A node has an id and data with a type." }],
			};
			throw new AppError("invalid_input", "A node of the export has no id or no type.", { details });
		}
		const name = textAt(data, "title") ?? key;
		if (at(node, "type") === "custom-note") {
			notes.push({ source: name, detail: (textAt(data, "text") ?? "").slice(0, 2_000) });
			return [];
		}
		const parent = textAt(node, "parentId") ?? textAt(data, "iteration_id") ?? textAt(data, "loop_id");
		const position = { x: numberAt(node, "position", "x") ?? 0, y: numberAt(node, "position", "y") ?? 0 };
		return [{ key, name, type, position, data, ...(parent !== undefined && { parent }) }];
	});
}

function readLinks(content: Fields): SourceLink[] {
	return listAt(content, "workflow", "graph", "edges").map((edge, index) => {
		const [source, target] = [String(at(edge, "source") ?? ""), String(at(edge, "target") ?? "")];
		const output = textAt(edge, "sourceHandle") ?? "source";
		return { source, target, kind: "edge", output, pointer: `/workflow/graph/edges/${index}` };
	});
}

/** Those of the environment and of the conversation; without secrets. */
function variablesOf(content: Fields, note: (detail: string) => void): Record<string, Json> {
	const workflow = at(content, "workflow");
	const given = [...listAt(workflow, "environment_variables"), ...listAt(workflow, "conversation_variables")];
	return objectOf(
		given.flatMap((variable): [string, Json][] => {
			const name = textAt(variable, "name");
			if (name === undefined || !/^[A-Za-z_]\w{0,63}$/.test(name)) {
				note(`The variable \`${name?.slice(0, 100) ?? ""}\` is not taken over: that is no name here.`);
				return [];
			}
			const value = at(variable, "value");
			const isSecret = textAt(variable, "value_type") === "secret" || (isSecretName(name) && value !== "");
			if (isSecret) note(`The variable \`${name}\` is a secret, so its value is not taken over.`);
			return [[name, isSecret ? null : ((value ?? null) as Json)]];
		}),
	);
}

function wiring({ output }: SourceLink, source: SourceNode): Wiring {
	if (output === "fail-branch") return { type: "error" };
	if (source.type === "if-else") return { condition: difyBranch(source.data, output) };
	if (source.type !== "question-classifier") return {};
	const condition = difyClass(source, output);
	return condition === undefined ? {} : { condition };
}
