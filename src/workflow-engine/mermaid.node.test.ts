import { expect, test } from "vitest";
import type { NodeState } from "./execution-schema.ts";
import { mermaidOf } from "./mermaid.ts";
import { Graph } from "./node-schema.ts";

function lines(text: string): string[] {
	return text.trimEnd().split("\n");
}

test("each type has its shape; edges say what they are taken for; the body of a loop is a subgraph", () => {
	const graph = Graph.parse({
		nodes: [
			{ id: "start", type: "start" },
			{ id: "ask", type: "agent", name: "Ask the clerk", config: { agentId: "a" } },
			{ id: "ok", type: "condition", config: { condition: "true" } },
			{
				...{ id: "each", type: "loop" },
				config: {
					items: [1],
					body: {
						nodes: [
							{ id: "call", type: "tool", config: { toolId: "t" } },
							{ id: "rest", type: "wait", config: { duration: 1 } },
						],
						edges: [{ id: "b", source: "call", target: "rest" }],
					},
				},
			},
			{ id: "end", type: "end" },
		],
		edges: [
			{ id: "1", source: "start", target: "ask" },
			{ id: "2", source: "ask", target: "ok" },
			{ id: "3", source: "ask", target: "end", type: "error" },
			{ id: "4", source: "ok", target: "each", condition: 'output == "a"' },
			{ id: "5", source: "each", target: "end" },
		],
	});
	expect(lines(mermaidOf(graph))).toEqual([
		"flowchart TD",
		'\tn0(["start"])',
		'\tn1["Ask the clerk"]',
		'\tn2{"ok"}',
		'\tsubgraph n3["each"]',
		'\t\tn3_0[["call"]]',
		'\t\tn3_1("rest")',
		"\t\tn3_0 --> n3_1",
		"\tend",
		'\tn4((("end")))',
		"\tn0 --> n1",
		"\tn1 --> n2",
		'\tn1 -.->|"error"| n4',
		'\tn2 -->|"output == #34;a#34;"| n3',
		"\tn3 --> n4",
	]);
});

test("labels keep to themselves, and are short", () => {
	const name = '"]; click n0 <b>`*#quot;é漢\n[x](y)'.padEnd(80, "z");
	const [, line] = lines(mermaidOf(Graph.parse({ nodes: [{ id: "a", type: "parallel", name }] })));
	expect(line).toMatch(/^\tn0\{\{"#34;#93;#59; click n0 #60;b#62;#96;#42;#35;quot#59;é漢 #91;x#93;\(y\)z+…"\}\}$/);
});

test("nodes have the colours of their states: of the rounds of a loop, the most urgent one", () => {
	const body = { nodes: [{ id: "in", type: "parallel" }] };
	const graph = Graph.parse({
		nodes: [
			{ id: "a", type: "parallel" },
			{ id: "each", type: "loop", config: { items: [1, 2], body } },
			{ id: "z", type: "parallel" },
		],
	});
	const states = Object.fromEntries(
		Object.entries({ a: "completed", each: "running", "each[0]/in": "completed", "each[1]/in": "failed" }).map(
			([path, status]) => [path, { status, retryCount: 0 } as NodeState],
		),
	);
	expect(lines(mermaidOf(graph, states))).toEqual([
		"flowchart TD",
		'\tn0{{"a"}}',
		"\tclass n0 completed",
		'\tsubgraph n1["each"]',
		'\t\tn1_0{{"in"}}',
		"\t\tclass n1_0 failed",
		"\tend",
		"\tclass n1 running",
		'\tn2{{"z"}}',
		expect.stringMatching(/^\tclassDef failed fill:/),
		expect.stringMatching(/^\tclassDef running fill:/),
		expect.stringMatching(/^\tclassDef completed fill:/),
	]);
});
