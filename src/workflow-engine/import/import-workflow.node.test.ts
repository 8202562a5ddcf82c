/** Exports that are broken, hostile or large: refused with a reason, or imported without silent loss. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asAppError } from "#core/errors";
import { checkGraph } from "#workflow-engine/check-graph";
import { Definition } from "#workflow-engine/schema";
import { lossesOf } from "./import-losses.fixture.ts";
import { importWorkflow } from "./import-workflow.ts";

const noOp = "n8n-nodes-base.noOp";

function refusal(source: string, format?: "n8n" | "dify" | "flowise"): { message: string; fields?: unknown } {
	try {
		importWorkflow(source, format);
	} catch (failure) {
		const error = asAppError(failure);
		expect(error?.code).toBe("invalid_input");
		return { message: error!.message, fields: error!.details.fields };
	}
	throw new Error("It was not refused.");
}

function n8n(names: string[], connections: Record<string, unknown> = {}): string {
	return JSON.stringify({ nodes: names.map((name) => ({ name, type: noOp })), connections });
}

describe("what is no workflow", () => {
	it.each<[string, string, string]>([
		["an empty text", "", "no JSON object"],
		["prose", "hello there", "no JSON object"],
		["a list", "[1]", "no JSON object"],
		["JSON with more after it", '{"nodes":[],"connections":{}}}', "no valid JSON"],
		["YAML that is none", "a: [1\nb: }", "no valid JSON or YAML"],
		["another object", '{"a":1}', "no workflow of"],
		["a tool of Flowise", '{"name":"x","func":"return 1","schema":"[]"}', "a tool of Flowise"],
		["an app of Dify without a graph", "app: {mode: chat, name: x}", "`chat` is no workflow"],
		["no nodes", '{"nodes":[],"connections":{}}', "has no nodes"],
		["a node without a type", '{"nodes":[{"name":"a"}],"connections":{}}', "no name or no type"],
		["two nodes of one name", n8n(["a", "a"]), 'Two nodes of the export are called "a"'],
		[
			"only notes",
			'{"nodes":[{"id":"1","data":{"name":"stickyNote"}}],"edges":[]}',
			"nothing that a workflow could run",
		],
		["10,000 nodes", n8n(Array.from({ length: 10_000 }, (_, index) => `n${index}`)), "at most 5000"],
		["too long a text", `{"a":"${"x".repeat(1_000_000)}"}`, "longer than 1,000,000"],
		[
			"a body in itself",
			"workflow: {graph: {nodes: [{id: a, parentId: a, data: {type: iteration}}], edges: []}}",
			"more than 5 others",
		],
	])("%s is refused", (_, source, message) => {
		expect(refusal(source).message).toContain(message);
	});

	it("has connections to nodes that it does not have", () => {
		const { message, fields } = refusal(
			n8n(["a"], { a: { main: [[{ node: "b/c", type: "main", index: 0 }]] }, "x/y": { main: [[{ node: "a" }]] } }),
		);
		expect(message).toContain("does not have");
		expect(fields).toEqual([
			{ pointer: "/connections/a/main/0/0", detail: 'There is no node "b/c".' },
			{ pointer: "/connections/x~1y/main/0/0", detail: 'There is no node "x/y".' },
		]);
	});

	it("is told by the format that was named, too", () => {
		for (const format of ["n8n", "dify", "flowise"] as const)
			expect(refusal('{"a":1}', format).message).toMatch(/has no/);
	});

	it.each([
		[
			"aliases of aliases",
			`a: &a [${"x,".repeat(9)}x]\n${"b c d e f g"
				.split(" ")
				.map((key, index) => `${key}: &${key} [${`*${"abcdef"[index]!},`.repeat(9)}1]`)
				.join("\n")}`,
		],
		["many aliases", Array.from({ length: 20_000 }, (_, index) => `- &a${index} x\n- *a${index}`).join("\n")],
		["deep lists", "[".repeat(200_000)],
		["deep maps of YAML", "- ".repeat(200_000)],
		["deep JSON", `{"nodes":${"[".repeat(100_000)}${"]".repeat(100_000)},"connections":{}}`],
	])("but %s is refused soon", (_, source) => {
		const before = performance.now();
		expect(refusal(source).message).not.toBe("");
		expect(performance.now() - before).toBeLessThan(5_000);
	});

	it("but a node of deep parameters is imported or refused", () => {
		const deep = `${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`;
		const source = `{"nodes":[{"name":"a","type":"n8n-nodes-base.httpRequest","parameters":{"url":"https://a.example","sendBody":true,"jsonBody":${JSON.stringify(deep)}}}],"connections":{}}`;
		expect(refusal(source).message).toContain("nested too deeply");
	});
});

describe("names", () => {
	it("that every object has are names like others", () => {
		const names = ["__proto__", "constructor", "toString", "hasOwnProperty", "prototype"];
		const connections = `{"__proto__":{"main":[[{"node":"constructor","type":"main","index":0}]]},"constructor":{"main":[[{"node":"toString","type":"main","index":0}]]}}`;
		const nodes = names.map((name) => ({
			name,
			type: "n8n-nodes-base.set",
			parameters: { assignments: { assignments: [{ name, value: 1 }] } },
		}));
		const imported = importWorkflow(`{"nodes":${JSON.stringify(nodes)},"connections":${connections}}`);
		expect(lossesOf(imported)).toEqual([]);
		expect(checkGraph(imported.definition)).toEqual([]);
		expect(imported.report.edges).toBe(2);
		expect(imported.definition.nodes.map(({ name }) => name)).toEqual(names);
		expect(Object.hasOwn(Object.prototype, "main")).toBe(false);
	});

	it("that make the same id are told apart, as are those that make none", () => {
		const names = ["Get it", "Get-it", "Get it!", "取得", "删除", "é", "1 2", "_x"];
		const { definition } = importWorkflow(n8n(names));
		expect(definition.nodes.map(({ id }) => id)).toEqual([
			"Get_it",
			"Get-it",
			"Get_it_2",
			"node",
			"node_2",
			"e",
			"1_2",
			"x",
		]);
		expect(definition.nodes.map(({ name }) => name)).toEqual(names);
	});
});

it("5,000 nodes with a connection each are imported in time", () => {
	const names = Array.from({ length: 5_000 }, (_, index) => `Node ${index}`);
	const connections = Object.fromEntries(
		names.slice(1).map((name, index) => [names[index]!, { main: [[{ node: name, type: "main", index: 0 }]] }]),
	);
	const before = performance.now();
	const imported = importWorkflow(n8n(names, connections));
	expect(performance.now() - before).toBeLessThan(10_000);
	expect(imported.report).toMatchObject({ nodes: 5_000, edges: 4_999, cyclic: false });
	expect(checkGraph(imported.definition)).toEqual([]);
}, 30_000);

describe("any graph", () => {
	const types = [
		"manualTrigger",
		"if",
		"switch",
		"set",
		"noOp",
		"merge",
		"splitInBatches",
		"slack",
		"httpRequest",
		"code",
		"respondToWebhook",
	];
	const text = fc.oneof(
		fc.string(),
		fc.constantFrom("={{ $json.a }}", "={{ $json", "={{ $('1').item.json.a }}{{", "{{", "=}}{{ x }}", "__proto__"),
	);

	it("of n8n becomes a definition that can run, without silent loss", () => {
		const nodes = fc.array(
			fc.record({ type: fc.constantFrom(...types), text, typeVersion: fc.constantFrom(1, 2, 3, 3.4) }),
			{ minLength: 1, maxLength: 12 },
		);
		const links = fc.array(fc.tuple(fc.nat(11), fc.nat(11), fc.nat(2), fc.constantFrom("main", "main", "ai_tool")), {
			maxLength: 25,
		});
		fc.assert(
			fc.property(nodes, links, (given, connections) => {
				const bySource: Record<string, Record<string, object[][]>> = {};
				for (const [source, target, output, kind] of connections) {
					if (source >= given.length || target >= given.length) continue;
					const outputs = ((bySource[source] ??= {})[kind] ??= [[], [], []]);
					outputs[output]!.push({ node: String(target), type: kind, index: 0 });
				}
				const parameters = (of: string) => ({
					...{
						url: of,
						value1: of,
						assignments: {
							assignments: [
								{ name: "f", value: of },
								{ name: of || "g", value: 1 },
							],
						},
					},
					conditions: {
						conditions: [{ leftValue: of, rightValue: of, operator: { type: "string", operation: "equals" } }],
					},
				});
				const source = JSON.stringify({
					nodes: given.map(({ type, text: of, typeVersion }, index) => {
						return { name: String(index), type: `n8n-nodes-base.${type}`, typeVersion, parameters: parameters(of) };
					}),
					connections: bySource,
				});
				checkImport(source);
			}),
			{ numRuns: 300 },
		);
	});

	it("of Flowise or Dify becomes a definition that can run, without silent loss", () => {
		const kinds = [
			"start",
			"llm",
			"condition",
			"humanInput",
			"directReply",
			"iteration",
			"tool",
			"http",
			"stickyNote",
			"customFunction",
		];
		const dify = [
			"start",
			"llm",
			"if-else",
			"human-input",
			"answer",
			"iteration",
			"tool",
			"http-request",
			"code",
			"variable-aggregator",
		];
		const node = fc.record({ kind: fc.nat(kinds.length - 1), text, parent: fc.option(fc.nat(11), { nil: undefined }) });
		const nodes = fc.array(node, { minLength: 1, maxLength: 12 });
		const links = fc.array(fc.tuple(fc.nat(11), fc.nat(11), fc.nat(2)), { maxLength: 25 });
		fc.assert(
			fc.property(nodes, links, (given, connections) => {
				// Only those before it, for a body in itself is refused.
				const parentOf = (parent: number | undefined, index: number) =>
					parent !== undefined && parent < index ? String(parent) : undefined;
				const edges = connections
					.filter(([source, target]) => source < given.length && target < given.length)
					.map(([source, target, output]) => ({
						source: String(source),
						target: String(target),
						sourceHandle: `${source}-output-${output}`,
					}));
				const flowise = given.map(({ kind, text: of, parent }, index) => {
					const inputs = {
						conditions: [{ operation: "equal", value1: of, value2: of }],
						url: of,
						directReplyMessage: of,
						llmUserMessage: of,
					};
					return {
						id: String(index),
						parentNode: parentOf(parent, index),
						data: { name: `${kinds[kind]}Agentflow`, inputs },
					};
				});
				checkImport(JSON.stringify({ nodes: flowise, edges }));
				const nodesOfDify = given.map(({ kind, text: of, parent }, index) => {
					const data = {
						type: dify[kind],
						url: of,
						answer: of,
						iterator_selector: ["0", of],
						output_selector: [String(index + 1), of],
					};
					return { id: String(index), parentId: parentOf(parent, index), data };
				});
				checkImport(JSON.stringify({ workflow: { graph: { nodes: nodesOfDify, edges } } }));
			}),
			{ numRuns: 300 },
		);
	});

	/** It may be refused for bodies that are too deep, or for having nothing to run. */
	function checkImport(source: string): void {
		try {
			const imported = importWorkflow(source);
			expect(lossesOf(imported)).toEqual([]);
			expect(checkGraph(imported.definition)).toEqual([]);
			expect(Definition.safeParse(imported.definition).success).toBe(true);
		} catch (failure) {
			if (asAppError(failure)?.code !== "invalid_input") throw failure;
			expect(asAppError(failure)?.message).toMatch(/stands in more than|nothing that a workflow could run/);
		}
	}
});
