/** What becomes of workflows of Dify. */
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { checkGraph } from "#workflow-engine/check-graph";
import { edgesIn, lossesOf, nodesIn } from "./import-losses.fixture.ts";
import { importWorkflow } from "./import-workflow.ts";
import { unknownAgent, unknownTool } from "./translation.ts";

type Given = { id: string; type: string; parentId?: string } & Record<string, unknown>;
type Connection = [source: string, target: string, handle?: string];

const start = { id: "start", type: "start", title: "Begin", variables: [{ variable: "q" }] };

function exported(nodes: Given[], connections: Connection[], workflow: object = {}): string {
	return stringify({
		app: { mode: "workflow", name: "Test", description: "What it does" },
		kind: "app",
		workflow: {
			...workflow,
			graph: {
				nodes: nodes.map(({ id, parentId, ...data }) => ({
					id,
					type: "custom",
					parentId,
					position: { x: 1, y: 2 },
					data,
				})),
				edges: connections.map(([source, target, sourceHandle = "source"]) => ({ source, target, sourceHandle })),
			},
		},
	});
}

function imported(nodes: Given[], connections: Connection[], workflow: object = {}) {
	const result = importWorkflow(exported(nodes, connections, workflow));
	expect(result.format).toBe("dify");
	expect(lossesOf(result)).toEqual([]);
	expect(checkGraph(result.definition)).toEqual([]);
	const find = (id: string) => nodesIn(result.definition).find((node) => node.id === id);
	const edges = edgesIn(result.definition).map(({ source, target, condition, type }) => {
		return `${source} → ${target}${condition ? ` if ${condition}` : ""}${type === "error" ? " on error" : ""}`;
	});
	return { ...result, edges, find, config: (id: string): unknown => find(id)?.config };
}

function chained(...nodes: Given[]) {
	const all = [start, ...nodes];
	return imported(
		all,
		all.slice(1).map(({ id }, index): Connection => [all[index]!.id, id]),
	);
}

describe("nodes", () => {
	it("that are models become agents, whose answer is what others refer to", () => {
		const prompt_template = [
			{ role: "system", text: "Be brief about {{#start.q#}}." },
			{ role: "user", text: "{{#sys.query#}}?" },
		];
		const { config, report, name, description } = chained(
			{ id: "1", type: "llm", title: "Think", prompt_template, model: { name: "m-1" } },
			{ id: "2", type: "end", outputs: [{ variable: "out", value_selector: ["1", "text"] }] },
		);
		expect(config("1")).toEqual({
			agentId: unknownAgent,
			message: "{{ input.query }}?",
			parameters: { instructions: "Be brief about {{ input.q }}." },
		});
		expect(config("2")).toEqual({ output: { out: '{{ nodes["1"].output.response }}' } });
		expect([name, description]).toEqual(["Test", "What it does"]);
		expect(report.triggers).toEqual(["Begin"]);
		expect(report.notes).toContainEqual({
			source: "Think",
			detail: "Its model was m-1; the agent that is chosen has its own.",
		});
	});

	it("that fill templates keep their variables, and nothing else of Jinja", () => {
		const variables = [{ variable: "q", value_selector: ["start", "q"] }];
		const { config, report } = chained(
			{ id: "a", type: "template-transform", template: "<{{ q }}> {{ q.x }} {{ q | upper }}", variables },
			{ id: "b", type: "template-transform", template: "{% for i in q %}{{ i }}{% endfor %}", variables },
			{ id: "c", type: "answer", answer: "{{#a.output#}}" },
		);
		expect(config("a")).toEqual({ value: { output: "<{{ input.q }}> {{ input.q.x }} [not translated: q | upper]" } });
		expect(report.unmapped).toEqual([
			expect.objectContaining({ nodeId: "b", reason: expect.stringContaining("Jinja") }),
		]);
		expect(config("c")).toEqual({ output: "{{ nodes.a.output.output }}" });
	});

	it("that send requests keep what is no secret", () => {
		const { config, report } = chained({
			...{ id: "h", type: "http-request", method: "post", url: "https://a.example/{{#start.q#}}" },
			...{ params: "page: 2\ntoken:abc", headers: "Accept: text/plain\nAuthorization: Bearer abcdefghijklmnopqrst" },
			...{
				body: { type: "json", data: '{"q": "{{#start.q#}}"}' },
				authorization: { type: "api-key", config: { api_key: "abc123" } },
			},
		});
		expect(config("h")).toEqual({
			...{ url: "https://a.example/{{ input.q }}?page=2", method: "POST", headers: { Accept: "text/plain" } },
			body: { q: "{{ input.q }}" },
		});
		expect(JSON.stringify(report)).not.toContain("abc123");
		expect(report.notes.map(({ detail }) => detail).join()).toContain("authorization (api-key)");
	});

	it("that call tools keep the parameters", () => {
		const tool_parameters = {
			a: { type: "mixed", value: "x {{#start.q#}}" },
			b: { type: "variable", value: ["start", "q"] },
		};
		const { config } = chained({ id: "t", type: "tool", provider_name: "p", tool_name: "n", tool_parameters });
		expect(config("t")).toEqual({ toolId: unknownTool, parameters: { a: "x {{ input.q }}", b: "{{ input.q }}" } });
	});

	it("that assign set variables", () => {
		const items = [
			{
				variable_selector: ["conversation", "seen"],
				operation: "over-write",
				input_type: "variable",
				value: ["start", "q"],
			},
			{ variable_selector: ["conversation", "n"], operation: "set", input_type: "constant", value: 3 },
			{ variable_selector: ["conversation", "n"], operation: "+=", input_type: "constant", value: 3 },
		];
		const { find, report, definition } = imported(
			[start, { id: "a", type: "assigner", title: "Set", items }],
			[["start", "a"]],
			{
				conversation_variables: [
					{ name: "seen", value: "" },
					{ name: "n", value: 1 },
				],
				environment_variables: [
					{ name: "URL", value_type: "string", value: "https://a.example" },
					{ name: "KEY", value_type: "secret", value: "hidden" },
				],
			},
		);
		expect(find("a")?.assign).toEqual({ seen: "{{ input.q }}", n: 3 });
		expect(definition.variables).toEqual({ URL: "https://a.example", KEY: null, seen: "", n: 1 });
		expect(report.notes.map(({ detail }) => detail).join()).toMatch(/KEY.*assignment \(\+=\)/);
	});

	it("that run code stand as placeholders", () => {
		const { config, report } = chained({ id: "c", type: "code", code: "def main(): pass" });
		expect(config("c")).toEqual({ value: null });
		expect(report.unmapped).toEqual([{ source: "c", type: "code", nodeId: "c", reason: "Code is not translated." }]);
	});
});

describe("branches", () => {
	const condition = (comparison_operator: string, value: unknown, varType = "string") => {
		return { comparison_operator, value, varType, variable_selector: ["start", "q"] };
	};

	it.each<[string, unknown, string]>([
		["contains", "a", 'input.q.contains("a")'],
		["not contains", "a", '!(input.q.contains("a"))'],
		["is", "a", 'input.q == "a"'],
		["≥", "3", "input.q >= 3.0"],
		["empty", "", '!has(input.q) || input.q == null || input.q == "" || input.q == []'],
		["in", ["a", "b"], 'input.q in ["a", "b"]'],
	])("%s %j is translated", (operator, value, wanted) => {
		const cases = [{ case_id: "true", logical_operator: "and", conditions: [condition(operator, value)] }];
		const { config, edges } = imported(
			[
				start,
				{ id: "if", type: "if-else", cases },
				{ id: "y", type: "answer", answer: "" },
				{ id: "n", type: "answer", answer: "" },
			],
			[
				["start", "if"],
				["if", "y", "true"],
				["if", "n", "false"],
			],
		);
		expect(config("if")).toEqual({ condition: wanted });
		expect(edges).toEqual(["start → if", "if → y if true", "if → n if false"]);
	});

	it("of several cases are told by name; those of an aggregator come together", () => {
		const cases = [
			{ case_id: "c1", logical_operator: "or", conditions: [condition("is", "a"), condition("is", "b")] },
			{ case_id: "c2", logical_operator: "and", conditions: [condition("is", "c")] },
		];
		const { config, edges } = imported(
			[
				...[start, { id: "if", type: "if-else", cases }, { id: "x", type: "llm" }, { id: "y", type: "llm" }],
				{
					id: "agg",
					type: "variable-aggregator",
					variables: [
						["x", "text"],
						["y", "text"],
					],
				},
				{ id: "end", type: "end", outputs: [{ variable: "o", value_selector: ["agg", "output"] }] },
			],
			[
				["start", "if"],
				["if", "x", "c1"],
				["if", "y", "false"],
				["x", "agg"],
				["y", "agg"],
				["agg", "end"],
			],
		);
		expect(config("if")).toEqual({
			condition: '((input.q == "a") || (input.q == "b")) ? "case_0" : (input.q == "c") ? "case_1" : "otherwise"',
		});
		expect(edges.slice(1, 3)).toEqual(["if → x if case_0", "if → y if otherwise"]);
		expect(config("end")).toEqual({ output: { o: "{{ nodes.agg.output.response }}" } });
	});

	it("of a classifier are told by the answer; one for failures follows the error", () => {
		const classes = [
			{ id: "1", name: "Billing" },
			{ id: "2", name: 'The "rest"' },
		];
		const { edges, config } = imported(
			[
				...[start, { id: "c", type: "question-classifier", query_variable_selector: ["start", "q"], classes }],
				...["x", "y", "z"].map((id) => ({ id, type: "llm" })),
			],
			[
				["start", "c"],
				["c", "x", "1"],
				["c", "y", "2"],
				["c", "z", "fail-branch"],
			],
		);
		expect(config("c")).toMatchObject({ message: "{{ input.q }}" });
		expect(edges.slice(1)).toEqual([
			'c → x if output.response.contains("Billing")',
			'c → y if output.response.contains("The \\"rest\\"")',
			"c → z on error",
		]);
	});
});

describe("iterations", () => {
	it("become loops, which end with what was selected", () => {
		const { config, edges, report, find } = imported(
			[
				...[
					start,
					{
						id: "it",
						type: "iteration",
						iterator_selector: ["start", "q"],
						output_selector: ["inner", "text"],
						is_parallel: true,
					},
				],
				{ id: "its", type: "iteration-start", parentId: "it" },
				{
					id: "inner",
					type: "llm",
					parentId: "it",
					prompt_template: [{ role: "user", text: "{{#it.item#}} of {{#start.q#}} {{#it.index#}}" }],
				},
				{
					id: "end",
					type: "end",
					outputs: [
						{ variable: "all", value_selector: ["it", "output"] },
						{ variable: "no", value_selector: ["inner", "text"] },
					],
				},
			],
			[
				["start", "it"],
				["its", "inner"],
				["it", "end"],
				["inner", "end"],
			],
		);
		expect(find("it")).toMatchObject({ type: "loop", config: { items: "{{ input.q }}", concurrency: 10 } });
		expect(config("inner")).toMatchObject({ message: "{{ item }} of {{ input.q }} {{ index }}" });
		expect(config("it_output")).toEqual({ output: "{{ nodes.inner.output.response }}" });
		expect(config("end")).toEqual({ output: { all: "{{ nodes.it.output }}", no: null } });
		expect(edges).toEqual(["start → it", "it → end", "its → inner", "inner → it_output"]);
		expect(report.added).toEqual([expect.objectContaining({ nodeId: "it_output" })]);
		expect(report.droppedConnections).toEqual([expect.objectContaining({ source: "inner", target: "end" })]);
	});

	it("that count make as many rounds", () => {
		const { config } = imported(
			[
				start,
				{ id: "l", type: "loop", loop_count: 3, break_conditions: [{}] },
				{ id: "ls", type: "loop-start", parentId: "l" },
			],
			[["start", "l"]],
		);
		expect(config("l")).toMatchObject({ items: [0, 1, 2], body: { nodes: [{ id: "ls" }] } });
	});

	it("without a body stand as placeholders, and what stands in a placeholder is left out", () => {
		const { report } = imported(
			[
				...[start, { id: "a", type: "iteration", iterator_selector: ["start", "q"] }],
				...[
					{ id: "b", type: "iteration", iterator_selector: ["nobody", "q"] },
					{ id: "in", type: "llm", parentId: "b" },
				],
			],
			[
				["start", "a"],
				["a", "b"],
			],
		);
		expect(report.unmapped.map(({ source, nodeId }) => [source, nodeId])).toEqual([
			["a", "a"],
			["b", "b"],
			["in", undefined],
		]);
	});
});
