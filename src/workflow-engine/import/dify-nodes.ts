/** What the nodes of Dify become. */
import { difyAnyCondition, difyCondition } from "./dify-conditions.ts";
import { type DifyReferences, namedSelectors } from "./dify-references.ts";
import { difyAgent, difyName } from "./dify-agent.ts";
import { difyCountedLoop, difyIteration } from "./dify-loops.ts";
import { difyHttp } from "./dify-http.ts";
import { at, type Json, listAt, objectOf, textAt } from "./loose-json.ts";
import type { NodeWriter } from "./node-writer.ts";
import { celOf } from "./reference.ts";
import type { SourceNode } from "./source-graph.ts";
import type { Part } from "./text-parts.ts";
import { partsBetween } from "./text-scan.ts";
import { type Outcome, unknownAgent, unknownTool } from "./translation.ts";

export interface DifyNode {
	node: SourceNode;
	writer: NodeWriter;
	references: DifyReferences;
	/** Something comes after it. */
	isFollowed: boolean;
}

const agentNote = `\`agentId\` is to be set; \`${unknownAgent}\` stands there.`;

export function difyOutcome(given: DifyNode): Outcome {
	const { node, writer, references, isFollowed } = given;
	const { data } = node;
	if (isDifyTrigger(node)) return { draft: { type: "start", config: {} }, note: "Nothing starts it by itself." };
	switch (node.type) {
		case "start":
			return { draft: { type: "start", config: {} }, note: inputsNote(data) };
		case "end":
			return ended(
				given,
				objectOf(listAt(data, "outputs").map((output) => [difyName(output), selected(output, references)])),
			);
		case "answer":
			if (!isFollowed) return ended(given, writer.text(at(data, "answer")));
			return ended(given, { answer: writer.text(at(data, "answer")) });
		case "llm":
		case "agent":
		case "parameter-extractor":
		case "question-classifier":
			return { draft: difyAgent(node, writer, references), note: agentNote };
		case "if-else": {
			const condition = difyCondition(data, references);
			if (condition !== undefined) return { draft: { type: "condition", config: { condition } } };
			const note = "Its conditions are not translated; the first case is always taken.";
			return { draft: { type: "condition", config: { condition: difyAnyCondition(data) } }, note };
		}
		case "template-transform":
			if (/\{%/.test(textAt(data, "template") ?? ""))
				return { placeholder: "Its template has statements of Jinja, which are not translated." };
			return { draft: { type: "transform", config: { value: { output: template(given) } } } };
		case "http-request":
			return { draft: difyHttp(data, writer) };
		case "iteration":
			return difyIteration(node, writer, references);
		case "loop":
			return difyCountedLoop(node, writer);
		case "iteration-start":
			return { draft: { type: "transform", config: { value: "{{ item }}" } }, note: "It gives the item of the loop." };
		case "loop-start":
			return {
				draft: { type: "transform", config: { value: "{{ index }}" } },
				note: "It gives the number of the round.",
			};
		case "variable-aggregator":
			return {
				draft: { type: "merge", config: { mode: "all", reducer: "first" } },
				note: "Its output is that of the node that came first.",
			};
		case "assigner":
		case "variable-assigner":
			return assigner(given);
		case "tool":
			return tool(given);
		case "human-input":
			return { draft: { type: "approval", config: { title: writer.text(at(data, "title") ?? "Decide") } } };
		default:
			return {
				placeholder: node.type === "code" ? "Code is not translated." : `Nothing here does what \`${node.type}\` does.`,
			};
	}
}

export function isDifyTrigger({ type }: SourceNode): boolean {
	return type.startsWith("trigger-");
}

function inputsNote(data: unknown): string | undefined {
	const names = listAt(data, "variables").map(difyName);
	return names.length > 0
		? `The input of an execution is an object with ${names.map((one) => `\`${one}\``).join(", ")}.`
		: undefined;
}

function ended({ isFollowed }: DifyNode, output: Json): Outcome {
	if (!isFollowed) return { draft: { type: "end", config: { output } } };
	return {
		draft: { type: "transform", config: { value: output } },
		note: "It answers nobody: what follows goes on with it.",
	};
}

function selected(output: unknown, references: DifyReferences): Json {
	const reference = references.selected(at(output, "value_selector"));
	return reference ? `{{ ${celOf(reference)} }}` : null;
}

/** Jinja, of which only the variables are translated. */
function template({ node, writer, references }: DifyNode): string {
	const source = textAt(node.data, "template") ?? "";
	const named = namedSelectors(node.data);
	return writer.template(
		partsBetween(source, (expression): Part => {
			const path = expression.trim().split(".");
			const found = named.has(path[0]!)
				? references.selected([...listAt([named.get(path[0]!)], 0), ...path.slice(1)])
				: undefined;
			return found && path.every((step) => /^\w+$/.test(step)) ? { reference: found } : { unknown: expression };
		}),
	);
}

function assigner({ node, writer, references }: DifyNode): Outcome {
	const { data } = node;
	const items = listAt(data, "items");
	const given: unknown[] = items.length > 0 ? items : [oldAssignment(data)];
	const entries = given.flatMap((item): [string, Json][] => {
		const variable = String(listAt(item, "variable_selector").at(-1) ?? "");
		const operation = textAt(item, "operation") ?? "over-write";
		const value = assigned(item, operation, writer, references);
		if (value !== undefined && /^[A-Za-z_]\w{0,63}$/.test(variable)) return [[variable, value]];
		writer.note(`The assignment (${operation}) of \`${variable}\` is not translated.`);
		return [];
	});
	return { draft: { type: "transform", config: { value: null }, assign: objectOf(entries) } };
}

function oldAssignment(data: unknown): unknown {
	const operation = textAt(data, "write_mode") ?? "over-write";
	return {
		variable_selector: at(data, "assigned_variable_selector"),
		operation,
		value: at(data, "input_variable_selector"),
		input_type: "variable",
	};
}

function assigned(item: unknown, operation: string, writer: NodeWriter, references: DifyReferences): Json | undefined {
	if (operation === "clear") return null;
	if (operation !== "over-write" && operation !== "set") return undefined;
	const value = at(item, "value");
	if (textAt(item, "input_type") !== "variable") return writer.value(value);
	const reference = references.selected(value);
	return reference && `{{ ${celOf(reference)} }}`;
}

function tool({ node, writer, references }: DifyNode): Outcome {
	const { data } = node;
	const parameters = Object.entries(at(data, "tool_parameters") ?? {}).map(([key, given]): [string, unknown] => [
		key,
		at(given, "value") ?? given,
	]);
	const values = writer.values(parameters.filter(([, value]) => !Array.isArray(value)));
	const chosen = parameters.flatMap(([key, value]): [string, Json][] => {
		const reference = Array.isArray(value) ? references.selected(value) : undefined;
		return reference ? [[key, `{{ ${celOf(reference)} }}`]] : Array.isArray(value) ? [[key, writer.value(value)]] : [];
	});
	const settings = Object.keys(at(data, "tool_configurations") ?? {});
	if (settings.length > 0) writer.note(`Settings of the tool are not taken over: ${settings.slice(0, 30).join(", ")}.`);
	const was = `${textAt(data, "provider_name") ?? textAt(data, "provider_id") ?? "?"}/${textAt(data, "tool_name") ?? "?"}`;
	return {
		draft: {
			type: "tool",
			config: { toolId: unknownTool, parameters: objectOf([...Object.entries(values), ...chosen]) },
		},
		note: `\`toolId\` is to be set; it was ${was.slice(0, 200)}.`,
	};
}
