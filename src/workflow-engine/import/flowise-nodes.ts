/** What the nodes of Flowise become: those of its agent flows, and the chains and agents of its older chat flows. */
import { flowiseAgent, flowiseChain, flowiseChooser } from "./flowise-agent.ts";
import { flowiseAnyCondition, flowiseCondition } from "./flowise-conditions.ts";
import { isAgent, plainText } from "./flowise-references.ts";
import { at, type Fields, fieldsAt, type Json, listAt, parsedJson, textAt } from "./loose-json.ts";
import type { NodeWriter } from "./node-writer.ts";
import type { SourceNode } from "./source-graph.ts";
import { type Draft, type Outcome, unknownTool, unknownWorkflow } from "./translation.ts";

export interface FlowiseNode {
	node: SourceNode;
	writer: NodeWriter;
	/** Something comes after it. */
	isFollowed: boolean;
}

type Method = Extract<Draft, { type: "http" }>["config"]["method"];
const methods: readonly string[] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"];

export function flowiseOutcome(given: FlowiseNode): Outcome {
	const { node, writer, isFollowed } = given;
	const inputs = fieldsAt(node.data, "inputs");
	switch (node.type) {
		case "startAgentflow":
			return { draft: { type: "start", config: {} }, note: startNote(inputs) };
		case "agentAgentflow":
			return flowiseAgent(node, "agent", writer);
		case "llmAgentflow":
			return flowiseAgent(node, "llm", writer);
		case "conditionAgentAgentflow":
			return flowiseChooser(inputs, writer);
		case "conditionAgentflow": {
			const condition = flowiseCondition(node, writer);
			if (condition !== undefined) return { draft: { type: "condition", config: { condition } } };
			const note = "Its conditions are not translated; the first branch is always taken.";
			return { draft: { type: "condition", config: { condition: flowiseAnyCondition(node) } }, note };
		}
		case "humanInputAgentflow":
			return {
				draft: { type: "approval", config: { title: writer.text(at(inputs, "humanInputDescription")) || node.name } },
				note: "A rejection is a failure, which its `error` edge follows.",
			};
		case "httpAgentflow":
			return { draft: http(inputs, writer) };
		case "toolAgentflow":
			return tool(inputs, writer);
		case "directReplyAgentflow": {
			const output = writer.text(at(inputs, "directReplyMessage"));
			if (!isFollowed) return { draft: { type: "end", config: { output } } };
			return {
				draft: { type: "transform", config: { value: output } },
				note: "It answers nobody: what follows goes on with it.",
			};
		}
		case "executeFlowAgentflow":
			return {
				draft: {
					type: "sub_workflow",
					config: { workflowId: unknownWorkflow, input: { question: writer.text(at(inputs, "executeFlowInput")) } },
				},
				note: `\`workflowId\` is to be set; it was ${(textAt(inputs, "executeFlowSelectedFlow") ?? "not given").slice(0, 100)}.`,
			};
		case "iterationAgentflow":
			return {
				draft: { type: "loop", config: { items: writer.value(at(inputs, "iterationInput")) } },
				note: "What it goes through has to be a list.",
			};
		case "loopAgentflow":
			return { placeholder: `It goes back to "${loopTarget(inputs)}", and only a \`loop\` node repeats.` };
		case "stickyNoteAgentflow":
		case "stickyNote":
			writer.note(plainText(textAt(inputs, "note") ?? "").slice(0, 2_000));
			return { omitted: "It is a note on the canvas." };
		case "promptTemplate":
			return prompt(inputs, writer);
		default:
			return isAgent(node)
				? flowiseChain(node, inputs, writer)
				: { placeholder: `Nothing here does what \`${node.type}\` does.` };
	}
}

/** What the node sets of the state of the flow, once it is done. */
export function stateUpdates({ data }: SourceNode, writer: NodeWriter): Record<string, Json> | undefined {
	const updates = Object.entries(fieldsAt(data, "inputs"))
		.filter(([name]) => name.endsWith("UpdateState"))
		.flatMap(([, list]) => listAt([list], 0));
	const named = updates.filter((one) => /^[A-Za-z_]\w{0,63}$/.test(textAt(one, "key") ?? ""));
	if (named.length < updates.length) writer.note("The state has names that are none here; they are not set.");
	return named.length === 0 ? undefined : writer.values(named.map((one) => [textAt(one, "key")!, at(one, "value")]));
}

function startNote(inputs: Fields): string {
	if (textAt(inputs, "startInputType") !== "formInput")
		return "The input of an execution is an object with `question`.";
	const names = listAt(inputs, "formInputTypes").map((field) => `\`${textAt(field, "name") ?? ""}\``);
	return `The input of an execution is an object with ${names.join(", ")}.`;
}

function http(inputs: Fields, writer: NodeWriter): Draft {
	const method = (textAt(inputs, "method") ?? "GET").toUpperCase();
	if (!methods.includes(method)) writer.note(`The method ${method} is not offered.`);
	const pairs = (name: string) =>
		listAt(inputs, name).map((one): [string, unknown] => [textAt(one, "key") ?? "", at(one, "value")]);
	const body = textAt(inputs, "body");
	return {
		type: "http",
		config: {
			url: writer.url(at(inputs, "url"), pairs("queryParams")),
			...(methods.includes(method) && { method: method as Method }),
			headers: writer.texts(pairs("headers")),
			...(body !== undefined && { body: writer.value(parsedJson(plainText(body)) ?? body) }),
		},
	};
}

function tool(inputs: Fields, writer: NodeWriter): Outcome {
	const selected = textAt(inputs, "toolAgentflowSelectedTool") ?? textAt(inputs, "selectedTool") ?? "not given";
	const args = listAt(inputs, "toolInputArgs").map((one): [string, unknown] => [
		textAt(one, "inputArgName") ?? "",
		at(one, "inputArgValue"),
	]);
	const settings = Object.keys(fieldsAt(inputs, "toolAgentflowSelectedToolConfig"));
	if (settings.length > 0) writer.note(`Settings of the tool are not taken over: ${settings.slice(0, 30).join(", ")}.`);
	return {
		draft: { type: "tool", config: { toolId: unknownTool, parameters: writer.values(args) } },
		note: `\`toolId\` is to be set; it was ${selected.slice(0, 200)}.`,
	};
}

function loopTarget(inputs: Fields): string {
	return (textAt(inputs, "loopBackToNode") ?? "?").slice(0, 200);
}

/** `{name}` in its template is one of its values. */
function prompt(inputs: Fields, writer: NodeWriter): Outcome {
	const source = textAt(inputs, "template") ?? "";
	const values = new Map(promptValues(inputs));
	const parts = source.split(/(\{[A-Za-z_]\w{0,63}\})/).flatMap((text, index) => {
		const given = index % 2 === 1 ? values.get(text.slice(1, -1)) : undefined;
		return given === undefined ? [{ text }] : writer.parts(given);
	});
	return { draft: { type: "transform", config: { value: writer.template(parts) } } };
}

function promptValues(inputs: Fields): [string, unknown][] {
	const given = at(inputs, "promptValues");
	return Object.entries(fieldsAt([typeof given === "string" ? parsedJson(given) : given], 0));
}
