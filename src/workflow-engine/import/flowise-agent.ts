/** The agents, models and chains of Flowise: their prompts are the message and the instructions of an agent. */
import { plainText } from "./flowise-references.ts";
import { at, type Fields, fieldsAt, type Json, listAt, objectOf, textAt } from "./loose-json.ts";
import type { NodeWriter } from "./node-writer.ts";
import { celText } from "./reference.ts";
import type { SourceNode } from "./source-graph.ts";
import { type Outcome, unknownAgent } from "./translation.ts";

export function flowiseAgent({ data }: SourceNode, prefix: "agent" | "llm", writer: NodeWriter): Outcome {
	const inputs = fieldsAt(data, "inputs");
	const messages = listAt(inputs, `${prefix}Messages`);
	const isSystem = (one: unknown) => ["system", "developer"].includes(textAt(one, "role") ?? "");
	const textOf = (one: unknown) => writer.text(at(one, "content"));
	const said = [
		...messages.filter((one) => !isSystem(one)).map(textOf),
		writer.text(at(inputs, `${prefix}UserMessage`)),
	];
	const message = said.filter((text) => text !== "").join("\n\n");
	const instructions = messages.filter(isSystem).map(textOf).join("\n\n");
	noteAgent(inputs, prefix, writer);
	return {
		draft: {
			type: "agent",
			config: {
				agentId: unknownAgent,
				...(message !== "" && { message }),
				...(instructions !== "" && { parameters: { instructions } }),
			},
		},
		note: `\`agentId\` is to be set; \`${unknownAgent}\` stands there.`,
	};
}

function noteAgent(inputs: Fields, prefix: string, writer: NodeWriter): void {
	const model = textAt(inputs, `${prefix}ModelConfig`, "modelName") ?? textAt(inputs, `${prefix}Model`);
	if (model !== undefined) writer.note(`Its model was ${model.slice(0, 100)}; the agent that is chosen has its own.`);
	const tools = listAt(inputs, `${prefix}Tools`).map((one) => textAt(one, "agentSelectedTool") ?? "?");
	if (tools.length > 0) writer.note(`Its tools were ${tools.slice(0, 30).join(", ")}.`);
	const stores = ["DocumentStores", "VSEmbeddings"].flatMap((name) => listAt(inputs, `${prefix}Knowledge${name}`));
	if (stores.length > 0) writer.note(`Knowledge is not taken over: ${stores.length} stores.`);
	const fields = listAt(inputs, `${prefix}StructuredOutput`).map((field) => textAt(field, "key") ?? "?");
	if (fields.length > 0)
		writer.note(
			`Its output had the fields ${fields.slice(0, 50).join(", ")}; that of an agent is a text, \`response\`.`,
		);
}

export function flowiseChooser(inputs: Fields, writer: NodeWriter): Outcome {
	const scenarios = listAt(inputs, "conditionAgentScenarios").map((one) => plainText(textAt(one, "scenario") ?? ""));
	const instructions = [
		writer.text(at(inputs, "conditionAgentInstructions")),
		`Answer with one of these alone: ${writer.text(scenarios.join("; "))}`,
	];
	writer.note("Where its answer names no scenario, none of its branches is taken.");
	return {
		draft: {
			type: "agent",
			config: {
				agentId: unknownAgent,
				message: writer.text(at(inputs, "conditionAgentInput")),
				parameters: { instructions: instructions.filter((text) => text !== "").join("\n\n") },
			},
		},
		note: `\`agentId\` is to be set; \`${unknownAgent}\` stands there.`,
	};
}

/** Of a chat flow. */
export function flowiseChain(node: SourceNode, inputs: Fields, writer: NodeWriter): Outcome {
	const system = textAt(inputs, "systemMessage") ?? textAt(inputs, "systemMessagePrompt");
	const parameters: Record<string, Json> = objectOf(
		system === undefined ? [] : [["instructions", writer.text(system)] as const],
	);
	return {
		draft: { type: "agent", config: { agentId: unknownAgent, ...(system !== undefined && { parameters }) } },
		note: `\`agentId\` is to be set; it was a ${node.type}.`,
	};
}

/** The condition of an edge from an agent that chooses. */
export function scenarioCondition({ data }: SourceNode, output: number): string | undefined {
	const scenario = textAt(data, "inputs", "conditionAgentScenarios", output, "scenario");
	return scenario === undefined ? undefined : `output.response.contains(${celText(plainText(scenario))})`;
}
