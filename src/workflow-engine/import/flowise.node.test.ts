/** What becomes of workflows of Flowise. */
import { describe, expect, it } from "vitest";
import { checkGraph } from "#workflow-engine/check-graph";
import { edgesIn, lossesOf, nodesIn } from "./import-losses.fixture.ts";
import { importWorkflow } from "./import-workflow.ts";
import { unknownAgent, unknownTool, unknownWorkflow } from "./translation.ts";

interface Given {
	id: string;
	name: string;
	inputs?: object;
	category?: string;
	parentNode?: string;
}

const start = { id: "s", name: "startAgentflow", inputs: { startState: [{ key: "count", value: "0" }] } };

function exported(nodes: Given[], connections: [string, string, number?][]): string {
	return JSON.stringify({
		description: "What it does",
		nodes: nodes.map(({ id, parentNode, ...data }) => {
			return {
				id,
				parentNode,
				type: "agentFlow",
				position: { x: 1.5, y: 2 },
				data: { ...data, label: `Label of ${id}` },
			};
		}),
		edges: connections.map(([source, target, output]) => {
			return { source, target, sourceHandle: `${source}-output-${output ?? "agentAgentflow"}` };
		}),
	});
}

function imported(nodes: Given[], connections: [string, string, number?][]) {
	const result = importWorkflow(exported(nodes, connections));
	expect(result.format).toBe("flowise");
	expect(lossesOf(result)).toEqual([]);
	expect(checkGraph(result.definition)).toEqual([]);
	const find = (id: string) => nodesIn(result.definition).find((node) => node.id === id);
	const edges = edgesIn(result.definition).map(({ source, target, condition, type }) => {
		return `${source} → ${target}${condition ? ` if ${condition}` : ""}${type === "error" ? " on error" : ""}`;
	});
	return { ...result, edges, find, config: (id: string): unknown => find(id)?.config };
}

describe("agent flows", () => {
	it("have agents, whose texts lose their markup, and a state that they set", () => {
		const inputs = {
			llmMessages: [
				{ role: "system", content: "<p>Be <b>brief</b> &amp; kind.</p>" },
				{ role: "user", content: '<p>Hi <span class="variable">{{ $form.name }}</span>, {{ $flow.state.count }}</p>' },
			],
			llmUserMessage: "{{ question }}",
			llmUpdateState: [
				{ key: "count", value: "<p>{{ output }}</p>" },
				{ key: "not a name", value: "1" },
			],
			llmModelConfig: { modelName: "m-1" },
		};
		const reply = { directReplyMessage: "{{ a }} {{ a.output.content }} {{ $vars.x }}" };
		const { find, config, definition, description, report } = imported(
			[start, { id: "a", name: "llmAgentflow", inputs }, { id: "r", name: "directReplyAgentflow", inputs: reply }],
			[
				["s", "a"],
				["a", "r"],
			],
		);
		expect(find("a")).toMatchObject({
			name: "Label of a",
			position: { x: 1.5, y: 2 },
			config: {
				agentId: unknownAgent,
				message: "Hi {{ input.name }}, {{ variables.count }}\n\n{{ input.question }}",
				parameters: { instructions: "Be brief & kind." },
			},
			assign: { count: "{{ output.response }}" },
		});
		expect(config("r")).toEqual({
			output: "{{ nodes.a.output.response }} {{ nodes.a.output.response }} [not translated: $vars.x]",
		});
		expect(definition.variables).toEqual({ count: "0" });
		expect(description).toBe("What it does");
		expect(report.triggers).toEqual(["Label of s"]);
		expect(report.notes.map(({ detail }) => detail).join()).toContain("m-1");
	});

	it("have conditions with several branches, and people who reject", () => {
		const conditions = [
			{ type: "string", value1: "{{ $form.kind }}", operation: "equal", value2: "a" },
			{ type: "number", value1: "{{ $form.n }}", operation: "larger", value2: "3" },
		];
		const { config, edges, find } = imported(
			[
				...[start, { id: "c", name: "conditionAgentflow", inputs: { conditions } }],
				{ id: "h", name: "humanInputAgentflow", inputs: { humanInputDescription: "<p>Sure?</p>" } },
				...["x", "y", "z"].map((id) => ({ id, name: "directReplyAgentflow" })),
				{ id: "l", name: "loopAgentflow", inputs: { loopBackToNode: "c-Condition" } },
			],
			[
				["s", "c"],
				["c", "h", 0],
				["c", "x", 1],
				["c", "y", 2],
				["h", "z", 0],
				["h", "l", 1],
			],
		);
		expect(config("c")).toEqual({
			condition: '(input.kind == "a") ? "case_0" : (input.n > 3.0) ? "case_1" : "otherwise"',
		});
		expect(find("h")).toMatchObject({ type: "approval", config: { title: "Sure?" } });
		expect(edges.slice(1)).toEqual([
			"c → h if case_0",
			"c → x if case_1",
			"c → y if otherwise",
			"h → z",
			"h → l on error",
		]);
	});

	it("have agents that choose", () => {
		const conditionAgentScenarios = [{ scenario: "Wants help" }, { scenario: "Says bye" }];
		const { config, edges } = imported(
			[
				...[
					start,
					{
						id: "c",
						name: "conditionAgentAgentflow",
						inputs: { conditionAgentInput: "{{ question }}", conditionAgentScenarios },
					},
				],
				...["x", "y"].map((id) => ({ id, name: "directReplyAgentflow" })),
			],
			[
				["s", "c"],
				["c", "x", 0],
				["c", "y", 1],
			],
		);
		expect(config("c")).toMatchObject({ message: "{{ input.question }}" });
		expect(edges[1]).toBe('c → x if output.response.contains("Wants help")');
	});

	it("have requests, tools, other flows and iterations", () => {
		const args = {
			toolAgentflowSelectedTool: "gmail",
			toolInputArgs: [{ inputArgName: "to", inputArgValue: "{{ w.data.mail }}" }],
		};
		const { config, edges } = imported(
			[
				start,
				{
					id: "w",
					name: "httpAgentflow",
					inputs: {
						...{
							method: "POST",
							url: "https://a.example/x",
							body: '{"q": "{{ question }}"}',
							queryParams: [{ key: "p", value: "1" }],
						},
						headers: [
							{ key: "X-Token", value: "abc" },
							{ key: "Accept", value: "*/*" },
						],
					},
				},
				{ id: "t", name: "toolAgentflow", inputs: args },
				{ id: "f", name: "executeFlowAgentflow", inputs: { executeFlowInput: "{{ question }}" } },
				{ id: "i", name: "iterationAgentflow", inputs: { iterationInput: "{{ w.data.list }}" } },
				{ id: "in", name: "llmAgentflow", parentNode: "i", inputs: { llmUserMessage: "{{ $iteration }}" } },
			],
			[
				["s", "w"],
				["w", "t"],
				["t", "f"],
				["f", "i"],
			],
		);
		expect(config("w")).toEqual({
			...{ url: "https://a.example/x?p=1", method: "POST", headers: { Accept: "*/*" } },
			body: { q: "{{ input.question }}" },
		});
		expect(config("t")).toEqual({ toolId: unknownTool, parameters: { to: "{{ nodes.w.output.body.mail }}" } });
		expect(config("f")).toEqual({ workflowId: unknownWorkflow, input: { question: "{{ input.question }}" } });
		expect(config("i")).toMatchObject({
			items: "{{ nodes.w.output.body.list }}",
			body: { nodes: [{ id: "in", config: { message: "{{ item }}" } }] },
		});
		expect(edges).toHaveLength(4);
	});

	it("have notes, which are no nodes", () => {
		const { report, definition } = imported(
			[start, { id: "n", name: "stickyNoteAgentflow", inputs: { note: "Look" } }],
			[],
		);
		expect(definition.nodes).toHaveLength(1);
		expect(report).toMatchObject({
			nodes: 2,
			unmapped: [{ source: "Label of n" }],
			notes: [{ source: "Label of n", detail: "Look" }],
		});
	});
});

describe("chat flows", () => {
	it("become agents with what is between them; what these are made of is reported", () => {
		const template = { template: "Say {what} in {lang}", promptValues: '{"what": "{{llm.data.instance}}"}' };
		const { config, edges, report } = imported(
			[
				...[
					{ id: "llm", name: "llmChain", category: "Chains" },
					{ id: "m", name: "chatOpenAI", category: "Chat Models" },
				],
				...[
					{ id: "p", name: "promptTemplate", category: "Prompts", inputs: template },
					{ id: "x", name: "toolAgent", category: "Agents" },
				],
				{ id: "mem", name: "bufferMemory", category: "Memory" },
			],
			[
				["m", "llm"],
				["llm", "p"],
				["p", "x"],
				["mem", "x"],
				["m", "x"],
			],
		);
		expect(edges).toEqual(["llm → p", "p → x"]);
		expect(config("p")).toEqual({ value: "Say {{ nodes.llm.output.response }} in {lang}" });
		expect(report.unmapped.map(({ source }) => source)).toEqual(["Label of m", "Label of mem"]);
		expect(report.droppedConnections).toHaveLength(3);
	});
});
