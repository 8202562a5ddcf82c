/** The models, agents, extractors and classifiers of Dify: their prompts are the message and the instructions of an agent. */
import type { DifyReferences } from "./dify-references.ts";
import { at, listAt, textAt } from "./loose-json.ts";
import type { NodeWriter } from "./node-writer.ts";
import { celOf, celText } from "./reference.ts";
import type { SourceNode } from "./source-graph.ts";
import { type Draft, unknownAgent } from "./translation.ts";

export function difyAgent(node: SourceNode, writer: NodeWriter, references: DifyReferences): Draft {
	const { data } = node;
	const prompts = at(data, "prompt_template");
	const messages = Array.isArray(prompts) ? prompts : prompts === undefined ? [] : [prompts];
	const isSystem = (prompt: unknown) => at(prompt, "role") === "system";
	const textOf = (prompt: unknown) => textAt(prompt, "text");
	const instructions = [
		...messages.filter(isSystem).map(textOf),
		textAt(data, "instruction"),
		textAt(data, "agent_parameters", "instruction", "value"),
		...classesNote(node),
	].filter((text) => text !== undefined);
	const said = [
		...messages.filter((prompt) => !isSystem(prompt)).map(textOf),
		textAt(data, "agent_parameters", "query", "value"),
	];
	const query = references.selected(at(data, "query")) ?? references.selected(at(data, "query_variable_selector"));
	const asked = textAt(data, "memory", "query_prompt_template");
	const texts = said.filter((text) => text !== undefined);
	if (texts.length === 0 && asked !== undefined) texts.push(asked);
	const message = [...(query ? [`{{ ${celOf(query)} }}`] : []), ...texts.map(writer.text)].join("\n\n");
	const model = textAt(data, "model", "name") ?? textAt(data, "agent_parameters", "model", "value", "model");
	if (model !== undefined) writer.note(`Its model was ${model}; the agent that is chosen has its own.`);
	if (node.type === "question-classifier")
		writer.note("Where its answer names no class, none of its branches is taken.");
	if (node.type === "parameter-extractor") {
		writer.note(
			`Its output had the fields ${listAt(data, "parameters").map(difyName).join(", ")}; that of an agent is a text, \`response\`.`,
		);
	}
	return {
		type: "agent",
		config: {
			agentId: unknownAgent,
			...(message !== "" && { message }),
			...(instructions.length > 0 && { parameters: { instructions: instructions.map(writer.text).join("\n\n") } }),
		},
	};
}

function classesNote({ type, data }: SourceNode): string[] {
	if (type !== "question-classifier") return [];
	return [
		`Answer with one of these alone: ${listAt(data, "classes")
			.map((one) => difyName(one))
			.join("; ")}`,
	];
}

/** The condition of an edge from a classifier. */
export function difyClass({ data }: SourceNode, output: string): string | undefined {
	const found = listAt(data, "classes").find((one) => textAt(one, "id") === output);
	return found === undefined ? undefined : `output.response.contains(${celText(difyName(found))})`;
}

/** Of a variable, a parameter or a class. */
export function difyName(variable: unknown): string {
	return String(at(variable, "variable") ?? at(variable, "name") ?? "");
}
