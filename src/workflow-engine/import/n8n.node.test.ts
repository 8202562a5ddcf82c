/** What becomes of workflows of n8n. */
import { describe, expect, it } from "vitest";
import { checkGraph } from "#workflow-engine/check-graph";
import { transform } from "#workflow-engine/expressions/transform";
import type { Node } from "#workflow-engine/schema";
import { edgesIn, lossesOf, nodesIn } from "./import-losses.fixture.ts";
import { importWorkflow } from "./import-workflow.ts";
import { unknownAgent, unknownWorkflow } from "./translation.ts";

interface Given {
	name: string;
	type: string;
	parameters?: unknown;
	[field: string]: unknown;
}

type Connection = [source: string, target: string, output?: number, kind?: string];

const base = "n8n-nodes-base.";
const langchain = "@n8n/n8n-nodes-langchain.";
const trigger = { name: "Start", type: `${base}manualTrigger` };

function exported(nodes: Given[], connections: Connection[], more: object = {}): string {
	const bySource: Record<string, Record<string, object[][]>> = {};
	for (const [source, target, output = 0, kind = "main"] of connections) {
		const outputs = ((bySource[source] ??= {})[kind] ??= []);
		while (outputs.length <= output) outputs.push([]);
		outputs[output]!.push({ node: target, type: kind, index: 0 });
	}
	const placed = nodes.map((node, index) => ({
		position: [index * 100, 50],
		parameters: {},
		typeVersion: 3.4,
		...node,
	}));
	return JSON.stringify({ name: "Test", nodes: placed, connections: bySource, ...more });
}

function imported(nodes: Given[], connections: Connection[], more: object = {}) {
	const result = importWorkflow(exported(nodes, connections, more));
	expect(lossesOf(result)).toEqual([]);
	expect(checkGraph(result.definition)).toEqual([]);
	const find = (id: string) => nodesIn(result.definition).find((node) => node.id === id);
	const edges = edgesIn(result.definition).map(({ source, target, condition, type }) => {
		return `${source} → ${target}${condition ? ` if ${condition}` : ""}${type === "error" ? " on error" : ""}`;
	});
	return { ...result, edges, find, config: (id: string): unknown => find(id)?.config };
}

function conditions(conditions: object[], combinator = "and", options: object = {}) {
	return { conditions: { combinator, conditions, options } };
}

/** The value of a field that is set to this in the second of two nodes, after one named `One`. */
function translated(value: unknown): unknown {
	const one = {
		name: "One",
		type: `${base}set`,
		parameters: { assignments: { assignments: [{ name: "a", value: 1 }] } },
	};
	const parameters = { assignments: { assignments: [{ name: "field", value }] } };
	const { config } = imported(
		[trigger, one, { name: "Two", type: `${base}set`, parameters }],
		[
			["Start", "One"],
			["One", "Two"],
		],
	);
	return (config("Two") as { value: { field: unknown } }).value.field;
}

describe("expressions", () => {
	it.each<[unknown, unknown]>([
		["plain", "plain"],
		["={{ $json.a }}", "{{ nodes.One.output.a }}"],
		["={{$json['a b'][0].c}}", '{{ nodes.One.output["a b"][0].c }}'],
		["={{ $json.in }}", '{{ nodes.One.output["in"] }}'],
		["=a {{ $json.b }} c {{ $json.d }}", "a {{ nodes.One.output.b }} c {{ nodes.One.output.d }}"],
		["={{ $('Start').item.json.x }}", "{{ input.x }}"],
		['={{ $node["One"].json.x }}', "{{ nodes.One.output.x }}"],
		["={{ $input.first().json.x.trim() }}", "{{ nodes.One.output.x.trim() }}"],
		["={{ 5 }}", 5],
		["={{ 'text' }}", "text"],
		["={{ $json.a + 1 }}", "[not translated: $json.a + 1]"],
		["={{ $('Nobody').item.json.x }}", "[not translated: $('Nobody').item.json.x]"],
		["literal {{ braces }}", 'literal {{ "{{" }} braces }}'],
		["={ {{ $json.a }} }", "{ {{ nodes.One.output.a }} }"],
		["={{{ $json.a }}}", "[not translated: { $json.a]}"],
		["=x{{ '{' }}{{ $json.a }}", 'x{{ "{" }}{{ nodes.One.output.a }}'],
	])("%j becomes %j", (given, wanted) => {
		expect(translated(given)).toEqual(wanted);
	});
});

describe("conditions", () => {
	it.each<[object, string]>([
		[
			conditions([{ leftValue: "={{ $json.n }}", rightValue: 5, operator: { type: "number", operation: "gte" } }]),
			"input.n >= 5.0",
		],
		[
			conditions([
				{ leftValue: "={{ $json.a }}", rightValue: "x", operator: { type: "string", operation: "notEquals" } },
				{ leftValue: "={{ $json.ok }}", rightValue: "", operator: { type: "boolean", operation: "true" } },
			]),
			'(!(input.a == "x")) && (input.ok == true)',
		],
		[
			conditions(
				[{ leftValue: "={{ $json.a }}", rightValue: "B", operator: { type: "string", operation: "contains" } }],
				"and",
				{
					caseSensitive: false,
				},
			),
			'input.a.lowerAscii().contains("b")',
		],
		[
			{
				conditions: { number: [{ value1: "={{ $json.n }}", operation: "larger", value2: 3 }] },
				combineOperation: "any",
			},
			"input.n > 3.0",
		],
	])("%j is translated", (parameters, condition) => {
		const { config, edges } = imported(
			[
				trigger,
				{ name: "If", type: `${base}if`, parameters },
				{ name: "Yes", type: `${base}noOp` },
				{ name: "No", type: `${base}noOp` },
			],
			[
				["Start", "If"],
				["If", "Yes"],
				["If", "No", 1],
			],
		);
		expect(config("If")).toEqual({ condition });
		expect(edges).toEqual(["Start → If", "If → Yes if true", "If → No if false"]);
		// What only decides passes on what it is given.
		expect(config("Yes")).toEqual({ value: "{{ input }}" });
	});

	it("that is not simple leaves a condition that is always true, and says so", () => {
		const operator = { type: "string", operation: "regex" };
		const parameters = conditions([{ leftValue: "={{ $json.a }}", rightValue: "^a+$", operator }]);
		const { config, report } = imported(
			[trigger, { name: "If", type: `${base}filter`, parameters }],
			[["Start", "If"]],
		);
		expect(config("If")).toEqual({ condition: "true" });
		expect(report.mapped.find(({ nodeId }) => nodeId === "If")?.note).toContain("not translated");
	});

	it("of an old switch name the outputs that its rules lead to", () => {
		const rules = { rules: [{ value2: "a" }, { value2: "b", output: 1 }, { value2: "c" }] };
		const parameters = { dataType: "string", value1: "={{ $json.kind }}", rules, fallbackOutput: 3 };
		const ends = ["A", "B", "D"].map((name) => ({ name, type: `${base}noOp` }));
		const { config, edges } = imported(
			[trigger, { name: "Switch", type: `${base}switch`, parameters }, ...ends],
			[
				["Start", "Switch"],
				["Switch", "A"],
				["Switch", "B", 1],
				["Switch", "D", 3],
			],
		);
		expect(config("Switch")).toEqual({
			condition:
				'(input.kind == "a") ? "case_0" : (input.kind == "b") ? "case_1" : (input.kind == "c") ? "case_2" : "otherwise"',
		});
		expect(edges.slice(1)).toEqual([
			'Switch → A if output in ["case_0", "case_2"]',
			"Switch → B if case_1",
			"Switch → D if otherwise",
		]);
	});
});

describe("nodes", () => {
	it("that set fields keep the others where they did, and nest what has a dot", () => {
		const assignments = {
			assignments: [
				{ name: "a.b", value: "={{ $json.x }}" },
				{ name: "n", value: "5", type: "number" },
			],
		};
		const keeping = {
			includeOtherFields: true,
			assignments: { assignments: [{ name: "c", value: "=a {{ $json.x }}" }] },
		};
		const { config } = imported(
			[
				trigger,
				{ name: "Only", type: `${base}set`, parameters: { assignments } },
				{ name: "Also", type: `${base}set`, parameters: keeping },
			],
			[
				["Start", "Only"],
				["Only", "Also"],
			],
		);
		expect(config("Only")).toEqual({ value: { a: { b: "{{ input.x }}" }, n: 5 } });
		expect(config("Also")).toEqual({
			expression: '$merge([nodes.`Only`.output, {"c": "a " & nodes.`Only`.output.`x`}])',
		});
	});

	it("that keep what comes in compute it with JSONata", async () => {
		const fields = [
			{ name: "b c", value: "={{ $json.x }}" },
			{ name: "d", value: 'says "{{ $json.x }}" `' },
			{ name: "e", value: 1 },
		];
		const { config } = imported(
			[
				trigger,
				{
					name: "Set",
					type: `${base}set`,
					parameters: { includeOtherFields: true, assignments: { assignments: fields } },
				},
			],
			[["Start", "Set"]],
		);
		const { expression } = config("Set") as { expression: string };
		const given = { input: { x: "y", b: 2 }, variables: {}, nodes: {} };
		expect(await transform(expression, given)).toEqual({ x: "y", b: 2, "b c": "y", d: 'says "{{ $json.x }}" `', e: 1 });
	});

	it("that send requests keep address, headers and body, but no secret", () => {
		const parameters = {
			...{
				method: "POST",
				url: "=https://me:pass@api.example.com/{{ $json.id }}?api_key=abc&x=1",
				authentication: "genericCredentialType",
			},
			queryParameters: {
				parameters: [
					{ name: "q", value: "a b" },
					{ name: "token", value: "t0p" },
				],
			},
			headerParameters: {
				parameters: [
					{ name: "Accept", value: "text/plain" },
					{ name: "X-Api-Key", value: "s3cret" },
					{ name: "Authorization", value: "=Bearer {{ $json.jwt }}" },
				],
			},
			...{
				sendBody: true,
				specifyBody: "json",
				jsonBody: '={"id": "{{ $json.id }}", "note": "sk-abcdefghijklmnop1234", "n": 1}',
			},
		};
		const { config, report, definition } = imported(
			[
				trigger,
				{
					name: "Call",
					type: `${base}httpRequest`,
					parameters,
					credentials: { httpBasicAuth: { id: "7", name: "Mine" } },
				},
			],
			[["Start", "Call"]],
		);
		expect(config("Call")).toEqual({
			url: "https://api.example.com/{{ input.id }}?api_key=&x=1&q=a%20b",
			method: "POST",
			headers: { Accept: "text/plain", Authorization: "Bearer {{ input.jwt }}" },
			body: { id: "{{ input.id }}", note: "[secret removed]", n: 1 },
		});
		const all = JSON.stringify([definition, report]);
		for (const secret of ["s3cret", "t0p", "pass@", "sk-abc", "Mine"]) expect(all).not.toContain(secret);
		expect(report.notes.map(({ detail }) => detail)).toEqual(
			expect.arrayContaining([expect.stringContaining("httpBasicAuth"), expect.stringContaining("X-Api-Key")]),
		);
	});

	it("that are agents take their prompts; their parts are reported", () => {
		const parameters = { promptType: "define", text: "={{ $json.body.q }}", options: { systemMessage: "Be brief." } };
		const { config, report, find } = imported(
			[
				{ name: "Hook", type: `${base}webhook` },
				{ name: "AI", type: `${langchain}agent`, parameters, retryOnFail: true, maxTries: 99, waitBetweenTries: 10 },
				{ name: "Model", type: `${langchain}lmChatOpenAi` },
				{
					name: "Say",
					type: `${base}set`,
					parameters: { assignments: { assignments: [{ name: "t", value: "={{ $json.output }}" }] } },
				},
			],
			[
				["Hook", "AI"],
				["Model", "AI", 0, "ai_languageModel"],
				["AI", "Say"],
			],
		);
		expect(config("AI")).toEqual({
			agentId: unknownAgent,
			message: "{{ input.body.q }}",
			parameters: { instructions: "Be brief." },
		});
		expect(find("AI")?.retry).toMatchObject({ maxAttempts: 20, delay: 10, backoff: "fixed" });
		expect(config("Say")).toEqual({ value: { t: "{{ nodes.AI.output.response }}" } });
		expect(report.unmapped).toEqual([
			expect.objectContaining({ source: "Model", reason: expect.stringContaining("AI") }),
		]);
		expect(report.droppedConnections).toEqual([expect.objectContaining({ source: "Model", kind: "ai_languageModel" })]);
		expect(report.connections).toEqual({ main: 2, ai_languageModel: 1 });
		expect(report.triggers).toEqual(["Hook"]);
	});

	it.each<[string, { type: string; [field: string]: unknown }, Pick<Node, "type" | "config">]>([
		[
			"wait",
			{ type: `${base}wait`, parameters: { amount: 2, unit: "minutes" } },
			{ type: "wait", config: { duration: 120_000 } },
		],
		["hook", { type: `${base}wait`, parameters: { resume: "webhook" } }, { type: "wait", config: { event: "resume" } }],
		["no-op", { type: `${base}noOp` }, { type: "transform", config: { value: "{{ input }}" } }],
		["switched off", { type: `${base}slack`, disabled: true }, { type: "transform", config: { value: "{{ input }}" } }],
		[
			"passing code",
			{ type: `${base}code`, parameters: { jsCode: "return items;" } },
			{ type: "transform", config: { value: "{{ input }}" } },
		],
		[
			"sub-workflow",
			{
				type: `${base}executeWorkflow`,
				parameters: { workflowId: { value: "w7" }, workflowInputs: { value: { a: "={{ $json.b }}" } } },
			},
			{ type: "sub_workflow", config: { workflowId: unknownWorkflow, input: { a: "{{ input.b }}" } } },
		],
		[
			"answer",
			{ type: `${base}respondToWebhook`, parameters: { respondWith: "text", responseBody: "ok" } },
			{ type: "end", config: { output: "ok" } },
		],
		[
			"merge",
			{ type: `${base}merge`, parameters: { mode: "chooseBranch" } },
			{ type: "merge", config: { mode: "all", reducer: "first" } },
		],
	])("%s", (_, node, wanted) => {
		const { find } = imported([trigger, { name: "N", ...node }], [["Start", "N"]]);
		expect(find("N")).toMatchObject(wanted);
	});

	it("without a counterpart stand as a transform that gives null", () => {
		const { find, report } = imported([trigger, { name: "Tell", type: `${base}slack` }], [["Start", "Tell"]]);
		expect(find("Tell")).toMatchObject({ type: "transform", config: { value: null }, position: { x: 100, y: 50 } });
		expect(report.unmapped).toEqual([
			{
				source: "Tell",
				type: `${base}slack`,
				nodeId: "Tell",
				reason: "Nothing here does what `n8n-nodes-base.slack` does.",
			},
		]);
	});

	it("that the engine would refuse stand as a placeholder too", () => {
		const parameters = { url: "not an address" };
		const { report } = imported(
			[trigger, { name: "Call", type: `${base}httpRequest`, parameters }],
			[["Start", "Call"]],
		);
		expect(report.unmapped).toEqual([
			expect.objectContaining({ nodeId: "Call", reason: expect.stringContaining("http://") }),
		]);
	});

	it("to which no trigger leads are left out, with what leads from them", () => {
		const { report, definition } = imported(
			[trigger, { name: "A", type: `${base}noOp` }, { name: "Lost", type: `${base}noOp` }],
			[
				["Start", "A"],
				["Lost", "A"],
			],
		);
		expect(definition.nodes.map(({ id }) => id)).toEqual(["Start", "A"]);
		expect(report.unmapped).toEqual([
			expect.objectContaining({ source: "Lost", reason: expect.stringContaining("trigger") }),
		]);
	});

	it("follow an error where they had an output for it", () => {
		const { edges } = imported(
			[
				trigger,
				{ name: "Call", type: `${base}slack`, onError: "continueErrorOutput" },
				{ name: "Oops", type: `${base}noOp` },
			],
			[
				["Start", "Call"],
				["Call", "Oops", 1],
			],
		);
		expect(edges).toContain("Call → Oops on error");
	});
});

describe("cycles", () => {
	const batches = { name: "Each", type: `${base}splitInBatches`, typeVersion: 3, parameters: { batchSize: 10 } };
	const value = (expression: string) => ({ assignments: { assignments: [{ name: "v", value: expression }] } });

	it("that go through a list become a loop with a body", () => {
		const { config, edges, report, definition } = imported(
			[
				trigger,
				batches,
				{ name: "One", type: `${base}set`, parameters: value("={{ $json.x }}") },
				{ name: "Two", type: `${base}set`, parameters: value("={{ $json.v }}") },
				{ name: "Done", type: `${base}noOp` },
			],
			[
				["Start", "Each"],
				["Each", "Done"],
				["Each", "One", 1],
				["One", "Two"],
				["Two", "Each"],
			],
		);
		expect(definition.nodes.map(({ id }) => id)).toEqual(["Start", "Each", "Done"]);
		expect(config("Each")).toMatchObject({ items: "{{ input }}", body: { nodes: [{ id: "One" }, { id: "Two" }] } });
		expect(config("One")).toEqual({ value: { v: "{{ item.x }}" } });
		expect(config("Two")).toEqual({ value: { v: "{{ nodes.One.output.v }}" } });
		expect(config("Done")).toEqual({ value: "{{ nodes.Each.output }}" });
		expect(edges).toEqual(["Start → Each", "Each → Done", "One → Two"]);
		expect(report.cyclic).toBe(true);
		expect(report.droppedConnections.map(({ source, target }) => `${source} → ${target}`)).toEqual([
			"Each → One",
			"Two → Each",
		]);
	});

	it("in each other become loops in each other", () => {
		const inner = { ...batches, name: "Inner" };
		const { config } = imported(
			[trigger, batches, inner, { name: "One", type: `${base}set`, parameters: value("={{ $('Each').item.json.x }}") }],
			[
				["Start", "Each"],
				["Each", "Inner", 1],
				["Inner", "One", 1],
				["One", "Inner"],
				["Inner", "Each", 0],
			],
		);
		expect(config("Each")).toMatchObject({
			body: { nodes: [{ id: "Inner", type: "loop", config: { items: "{{ item }}" } }] },
		});
	});

	it("of another kind are cut where they close", () => {
		const { edges, report } = imported(
			[trigger, ...["A", "B", "C"].map((name) => ({ name, type: `${base}noOp` }))],
			[
				["Start", "A"],
				["A", "B"],
				["B", "C"],
				["C", "A"],
				["B", "B"],
			],
		);
		expect(report.cyclic).toBe(true);
		expect(edges).toEqual(["Start → A", "A → B", "B → C"]);
		expect(report.droppedConnections.map(({ source, target }) => `${source} → ${target}`).toSorted()).toEqual([
			"B → B",
			"C → A",
		]);
	});

	it("into whose middle something leads are no loops", () => {
		const { config, report } = imported(
			[trigger, batches, { name: "One", type: `${base}noOp` }],
			[
				["Start", "Each"],
				["Start", "One"],
				["Each", "One", 1],
				["One", "Each"],
			],
		);
		expect(config("Each")).toEqual({ value: null });
		expect(report.droppedConnections).toHaveLength(1);
	});
});

describe("the workflow", () => {
	it("keeps its name and its timeout; notes and settings are reported", () => {
		const note = { name: "Note", type: `${base}stickyNote`, parameters: { content: "Read me" } };
		const { name, definition, report } = imported([trigger, note], [], {
			settings: { executionTimeout: 60, timezone: "UTC" },
			pinData: { Start: [{}] },
		});
		expect(name).toBe("Test");
		expect(definition.options.timeout).toBe(60_000);
		expect(report.nodes).toBe(1);
		expect(report.notes).toEqual([
			{ source: "Note", detail: "Read me" },
			{ source: "Test", detail: "Settings are not taken over: timezone." },
			{ source: "Test", detail: "Pinned data are not taken over." },
		]);
	});

	it("reached by several triggers or branches takes what came", () => {
		const parameters = conditions([
			{ leftValue: "={{ $json.n }}", rightValue: 1, operator: { type: "number", operation: "equals" } },
		]);
		const { config } = imported(
			[
				...[trigger, { name: "Hook", type: `${base}webhook` }, { name: "If", type: `${base}if`, parameters }],
				...["A", "B", "C"].map((name) => ({ name, type: `${base}noOp` })),
			],
			[
				["Start", "If"],
				["Hook", "If"],
				["If", "A"],
				["If", "B", 1],
				["A", "C"],
				["B", "C"],
			],
		);
		expect(config("If")).toEqual({ condition: "input.n == 1.0" });
		expect(config("C")).toEqual({ value: '{{ ("A" in nodes ? nodes.A.output : nodes.B.output) }}' });
	});
});
