import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkGraph } from "./check-graph.ts";
import { cyclesOf } from "./cycles.ts";
import { Graph, maxNodes } from "./node-schema.ts";
import type { Graph as GraphOf } from "./schema.ts";

type NodeInput = { id: string; type?: string; config?: object } & Record<string, unknown>;

/** Edges as `a>b`, the n-th named `en`, or as they are. */
function graph(nodes: Array<string | NodeInput>, edges: Array<string | object> = []): GraphOf {
	return Graph.parse({
		nodes: nodes.map((node) => (typeof node === "string" ? step(node) : { ...step(node.id), ...node })),
		edges: edges.map((edge, n) => {
			if (typeof edge !== "string") return { id: `e${n}`, ...edge };
			const [source, target] = edge.split(">");
			return { id: `e${n}`, source, target };
		}),
	});
}

function step(id: string): NodeInput {
	return { id, type: "parallel" };
}

function loop(id: string, body: GraphOf, config: object = { items: "{{ input.list }}" }): NodeInput {
	return { id, type: "loop", config: { ...config, body } };
}

function problems(nodes: Array<string | NodeInput>, edges: Array<string | object> = []) {
	return checkGraph(graph(nodes, edges));
}

const start = { id: "start", type: "start" };
const end = { id: "end", type: "end", config: { output: "{{ nodes.start.output }}" } };

test("a graph that can run has no problems", () => {
	const body = graph(
		[
			{ id: "send", type: "tool", config: { toolId: "mail", parameters: { to: "{{ item.to }}", n: "{{ index }}" } } },
			{ id: "again", type: "transform", config: { value: "{{ [last, nodes.pick.output, nodes.send.output] }}" } },
		],
		["send>again"],
	);
	const decide = { id: "decide", type: "condition", config: { condition: "input.kind" } };
	const tool = {
		...{ id: "tool", type: "tool", config: { toolId: "book" }, retry: {}, assign: { seen: "{{ output.id }}" } },
		compensation: { toolId: "unbook", parameters: { id: "{{ output.id }}" } },
	};
	expect(
		problems(
			[start, decide, "pick", tool, loop("each", body), { id: "join", type: "merge" }, end],
			[
				"start>decide",
				{ source: "decide", target: "pick", condition: "red-ish one" },
				{ source: "decide", target: "tool", condition: 'output == "blue"' },
				{ source: "pick", target: "each", condition: "output != null && variables.on" },
				...["each>join", "tool>join"],
				{ source: "tool", target: "end", type: "error" },
				"join>end",
			],
		),
	).toEqual([]);
});

describe("ids and edges", () => {
	test("of a node and of an edge are given once", () => {
		expect(problems(["a", "a"])).toEqual([
			{ nodeId: "a", pointer: "/nodes/1/id", detail: "There is another node `a`." },
		]);
		const twice = { id: "x", source: "a", target: "b" };
		expect(problems(["a", "b"], [twice, twice])).toEqual([
			{ edgeId: "x", pointer: "/edges/1/id", detail: "There is another edge `x`." },
		]);
	});

	test.each<[string, object, object]>([
		[
			"dangles",
			{ source: "gone", target: "b" },
			{ pointer: "/edges/0/source", detail: "The source of edge `e0`, `gone`, is no node here." },
		],
		[
			"dangles at its end",
			{ source: "a", target: "gone" },
			{ pointer: "/edges/0/target", detail: "The target of edge `e0`, `gone`, is no node here." },
		],
		[
			"leads back to its node",
			{ source: "a", target: "a" },
			{
				...{ nodeId: "a", pointer: "/edges/0" },
				detail: "Edge `e0` leads from node `a` back to itself; only a `loop` node repeats.",
			},
		],
		[
			"is for errors and has a condition",
			{ source: "a", target: "b", type: "error", condition: "true" },
			{
				pointer: "/edges/0/condition",
				detail: "Edge `e0` is an `error` edge: it is taken whenever its node fails, and has no condition.",
			},
		],
		[
			"has a condition that is no expression",
			{ source: "a", target: "b", condition: "output ==" },
			{ pointer: "/edges/0/condition", detail: expect.stringMatching(/^The condition of edge `e0`: .+character/) },
		],
		[
			"asks for a value that is not there",
			{ source: "a", target: "b", condition: "item.ok" },
			{ pointer: "/edges/0/condition", detail: expect.stringContaining("There is no value named item") },
		],
		[
			"names a node that is not there",
			{ source: "a", target: "b", condition: 'nodes["c-d"].output == 1' },
			{ pointer: "/edges/0/condition", detail: "The condition of edge `e0`: There is no node `c-d` here." },
		],
	])("an edge that %s", (_, edge, problem) => {
		expect(problems(["a", "b"], [edge])).toEqual([{ edgeId: "e0", ...problem }]);
	});

	test("nothing comes before a start, nor after an end", () => {
		expect(problems([start, "a", end], ["start>a", "a>end", "end>a", "a>start"])).toContainEqual({
			...{ nodeId: "start", edgeId: "e3", pointer: "/edges/3/target" },
			detail: "Edge `e3` leads into the `start` node `start`, where nothing comes before.",
		});
		expect(problems([start, end, "a"], ["start>end", "end>a"])).toEqual([
			{
				...{ nodeId: "end", edgeId: "e1", pointer: "/edges/1/source" },
				detail: "Edge `e1` leads out of the `end` node `end`, where its branch ends.",
			},
		]);
		expect(problems([start, end, "a"], ["start>end", { source: "end", target: "a", type: "error" }])).toEqual([]);
	});

	test("an edge of a condition may be a value, or an expression that is right", () => {
		const decide = { id: "decide", type: "condition", config: { condition: "input.x" } };
		const found = problems(
			[decide, "a", "b"],
			[
				{ source: "decide", target: "a", condition: "no value named this" },
				{ source: "decide", target: "b", condition: "unknown > 1" },
			],
		);
		expect(found).toMatchObject([{ edgeId: "e1", pointer: "/edges/1/condition" }]);
	});
});

describe("order", () => {
	test("every node of a cycle is named, and none beside it", () => {
		const found = problems(["a", "b", "c", "d", "e", "f"], ["a>b", "b>c", "c>d", "d>b", "d>e", "f>e"]);
		const detail = (id: string) => `Node \`${id}\` is on a cycle (\`b\`, \`c\`, \`d\`); only a \`loop\` node repeats.`;
		expect(found).toEqual([
			{ nodeId: "b", pointer: "/nodes/1", detail: detail("b") },
			{ nodeId: "c", pointer: "/nodes/2", detail: detail("c") },
			{ nodeId: "d", pointer: "/nodes/3", detail: detail("d") },
		]);
	});

	test("what comes after cycles alone is never reached", () => {
		const found = problems(["a", "b", "c"], ["a>b", "b>a", "b>c"]);
		expect(found.filter(({ nodeId }) => nodeId === "c")).toEqual([
			{
				...{ nodeId: "c", pointer: "/nodes/2" },
				detail: "Node `c` cannot be reached from a node without incoming edges.",
			},
		]);
	});

	test("with a start, everything comes after one", () => {
		expect(problems([start, "a", "b", "c"], ["start>a", "b>c"])).toEqual([
			{ nodeId: "b", pointer: "/nodes/2", detail: "Node `b` cannot be reached from a `start` node." },
			{ nodeId: "c", pointer: "/nodes/3", detail: "Node `c` cannot be reached from a `start` node." },
		]);
		expect(problems([start, { id: "other", type: "start" }, "a"], ["other>a"])).toEqual([]);
	});

	test("a long cycle is told in a sentence", () => {
		const ids = Array.from({ length: 30 }, (_, n) => `n${n}`);
		const [first] = problems(
			ids,
			ids.map((id, n) => `${id}>n${(n + 1) % 30}`),
		);
		expect(first?.detail).toMatch(/^Node `n0` is on a cycle \(`n0`, .+`n9` and 20 more\); only/);
	});
});

describe("nodes", () => {
	const inner = graph(["inner"]);

	test.each<[string, NodeInput, string, string]>([
		["loop without items", loop("x", inner, {}), "/config", "needs either `items` or `while`, and only one of them."],
		[
			"loop with both",
			loop("x", inner, { items: [], while: "true" }),
			"/config",
			"needs either `items` or `while`, and only one of them.",
		],
		[
			"loop over no list",
			loop("x", inner, { items: { a: 1 } }),
			"/config/items",
			"needs a list, or a template of one, as its `items`.",
		],
		[
			"wait for nothing",
			{ id: "x", type: "wait", config: {} },
			"/config",
			"needs one of `duration`, `until` and `event`, and only one.",
		],
		[
			"wait for two",
			{ id: "x", type: "wait", config: { duration: 1, event: "paid" } },
			"/config",
			"needs one of `duration`, `until` and `event`, and only one.",
		],
		[
			"wait with a timeout",
			{ id: "x", type: "wait", config: { duration: 1, timeout: 1 } },
			"/config/timeout",
			"has a `timeout`, which only waiting for an `event` has.",
		],
		[
			"wait for some time",
			{ id: "x", type: "wait", config: { duration: "a while" } },
			"/config/duration",
			"needs milliseconds, or a template of them, as its `duration`.",
		],
		[
			"wait until soon",
			{ id: "x", type: "wait", config: { until: "soon" } },
			"/config/until",
			"needs an ISO 8601 time, or a template of one, as its `until`.",
		],
		[
			"transform with both",
			{ id: "x", type: "transform", config: { expression: "input", value: 1 } },
			"/config",
			"has both an `expression` and a `value`; one of them is its output.",
		],
		[
			"merge without a count",
			{ id: "x", type: "merge", config: { mode: "n_of" } },
			"/config/count",
			"needs a `count`: its mode is `n_of`.",
		],
		[
			"merge with a needless count",
			{ id: "x", type: "merge", config: { count: 2 } },
			"/config/count",
			"has a `count`, which only the mode `n_of` has.",
		],
		[
			"merge of too many",
			{ id: "x", type: "merge", config: { mode: "n_of", count: 1 } },
			"/config/count",
			"waits for 1 branches, but has 0 incoming edges.",
		],
		[
			"http elsewhere",
			{ id: "x", type: "http", config: { url: "ftp://example.com" } },
			"/config/url",
			"needs an `http://` or `https://` address as its `url`.",
		],
		[
			"retry of a merge",
			{ id: "x", type: "merge", retry: {} },
			"/retry",
			"has a `retry`, but a `merge` node is not tried again.",
		],
		[
			"compensation of a wait",
			{ id: "x", type: "wait", config: { duration: 1 }, compensation: { toolId: "undo" } },
			"/compensation",
			"has a `compensation`, but a `wait` node does nothing to undo.",
		],
	])("%s", (_, node, at, detail) => {
		expect(problems([node])).toEqual([{ nodeId: "x", pointer: `/nodes/0${at}`, detail: `Node \`x\` ${detail}` }]);
	});

	test.each([
		{ id: "x", type: "http", config: { url: "{{ input.base }}/a" } },
		{ id: "x", type: "http", config: { url: "HTTPS://example.com/{{ input.id }}" } },
		{ id: "x", type: "wait", config: { duration: "{{ input.ms }}" } },
		{ id: "x", type: "wait", config: { until: "2027-01-01T00:00:00Z" } },
		{ id: "x", type: "wait", config: { event: "paid:{{ input.id }}", timeout: 1_000 } },
		{ id: "x", type: "transform", config: { expression: "$sum(input.prices)" } },
	])("%o is fine", (node) => {
		expect(problems([node])).toEqual([]);
	});
});

describe("expressions", () => {
	test.each<[NodeInput, string, string | RegExp]>([
		[{ id: "x", type: "condition", config: { condition: "1 +" } }, "/config/condition", /^`condition` of node `x`: /],
		[
			{ id: "x", type: "condition", config: { condition: "output.ok" } },
			"/config/condition",
			/There is no value named output \(at character 1\); there are input, variables, nodes\.$/,
		],
		[
			{ id: "x", type: "tool", config: { toolId: "t", parameters: { to: ["a", { b: "{{ nodes.y.output }}" }] } } },
			"/config/parameters/to/1/b",
			"`parameters/to/1/b` of node `x`: There is no node `y` here.",
		],
		[
			{ id: "x", type: "agent", config: { agentId: "a", message: "Hi {{ name" } },
			"/config/message",
			/The {{ at character 4 /,
		],
		[
			{ id: "x", type: "agent", config: { agentId: "a", parameters: { a: "{{ item }}" } } },
			"/config/parameters/a",
			/item/,
		],
		[{ id: "x", type: "end", config: { output: { a: "{{ nope }}" } } }, "/config/output/a", /\{\{ nope \}\}: .*nope/],
		[{ id: "x", type: "wait", config: { event: "{{ nope }}" } }, "/config/event", /nope/],
		[{ id: "x", type: "approval", config: { title: "{{ nope }}" } }, "/config/title", /nope/],
		[{ id: "x", type: "http", config: { url: "http://a", headers: { b: "{{ nope }}" } } }, "/config/headers/b", /nope/],
		[
			{ id: "x", type: "sub_workflow", config: { workflowId: "w", input: { b: "{{ nope }}" } } },
			"/config/input/b",
			/nope/,
		],
		[{ id: "x", type: "transform", config: { value: "{{ output }}" } }, "/config/value", /output/],
		[
			{ id: "x", type: "transform", config: { expression: "$sum(" } },
			"/config/expression",
			/^`expression` of node `x`: /,
		],
		[{ id: "x", type: "merge", assign: { v: "{{ nope }}" } }, "/assign/v", /^`assign\/v` of node `x`: .*nope/],
		[
			{
				id: "x",
				type: "tool",
				config: { toolId: "t" },
				compensation: { toolId: "u", parameters: { a: "{{ nope }}" } },
			},
			"/compensation/parameters/a",
			/nope/,
		],
		[loop("x", graph(["inner"]), { items: "{{ item }}" }), "/config/items", /item/],
		[loop("x", graph(["inner"]), { while: "item < 3" }), "/config/while", /item/],
	])("%o", (node, at, detail) => {
		expect(problems([node])).toEqual([
			{
				...{ nodeId: "x", pointer: `/nodes/0${at}` },
				detail: typeof detail === "string" ? detail : expect.stringMatching(detail),
			},
		]);
	});

	test("in the body of a loop, the round is known, and the nodes around it", () => {
		const say = (id: string, value: string) => ({ id, type: "transform", config: { value } });
		const innermost = graph([say("deep", "{{ [item, index, last, nodes.mid.output, nodes.before.output] }}")]);
		const whileLoop = loop("turn", innermost, { while: "index < 3 && last != 0" });
		const body = graph([say("mid", "{{ item }}"), whileLoop], ["mid>turn"]);
		expect(problems(["before", loop("each", body)], ["before>each"])).toEqual([]);
		const alone = graph([say("one", "{{ item }}"), say("two", "{{ nodes.beside.output }}")]);
		expect(problems([loop("turn", alone, { while: "true" }), say("out", "{{ nodes.one.output }}")])).toEqual([
			{
				...{ nodeId: "out", pointer: "/nodes/1/config/value" },
				detail: "`value` of node `out`: There is no node `one` here.",
			},
			{
				...{ nodeId: "turn/one", pointer: "/nodes/0/config/body/nodes/0/config/value" },
				detail: expect.stringContaining("There is no value named item"),
			},
			{
				...{ nodeId: "turn/two", pointer: "/nodes/0/config/body/nodes/1/config/value" },
				detail: "`value` of node `two`: There is no node `beside` here.",
			},
		]);
	});
});

describe("size", () => {
	test("bodies are nested five deep at most", () => {
		let body = graph(["innermost"]);
		for (let depth = 5; depth >= 1; depth--) body = graph([loop(`l${depth}`, body)]);
		expect(checkGraph(body)).toEqual([]);
		expect(problems([loop("l0", body)])).toEqual([
			{
				nodeId: "l0/l1/l2/l3/l4/l5",
				pointer: `/nodes/0/config/body${"/nodes/0/config/body".repeat(5)}`,
				detail: "Loop `l5` stands in 5 others; deeper ones are not possible.",
			},
		]);
	});

	test("all bodies have 5,000 nodes together", () => {
		const many = (count: number) => graph(Array.from({ length: count }, (_, n) => `n${n}`));
		expect(problems([loop("a", many(maxNodes - 1))])).toEqual([]);
		expect(problems([loop("a", many(maxNodes - 1)), "b"])).toMatchObject([
			{ detail: "There are more than 5000 nodes, those in the bodies of loops included." },
		]);
	});

	test("a hundred problems are enough", () => {
		expect(problems(Array.from({ length: 300 }, () => "a"))).toHaveLength(100);
	});

	test("5,000 nodes in a row, and on one cycle, take no recursion and little time", () => {
		const ids = Array.from({ length: maxNodes }, (_, n) => `n${n}`);
		const row = graph(
			ids.map((id, n) => ({ id, type: "transform", config: { value: `{{ input.a + ${n} }}` } })),
			ids.slice(1).map((id, n) => `n${n}>${id}`),
		);
		const began = performance.now();
		expect(checkGraph(row)).toEqual([]);
		expect(performance.now() - began).toBeLessThan(2_000);
		row.edges.push({ id: "back", source: `n${maxNodes - 1}`, target: "n0", type: "default" });
		expect(checkGraph(row)).toHaveLength(100);
	});
});

describe("properties", () => {
	const size = 12;
	const pairs = fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 30 });
	const ids = Array.from({ length: size }, (_, n) => `n${n}`);
	const targetsOf = (edges: ReadonlyArray<[number, number]>) =>
		ids.map((_, from) => edges.filter(([source]) => source === from).map(([, target]) => target));

	test("a graph whose edges lead forward has no problems", () => {
		fc.assert(
			fc.property(pairs, fc.shuffledSubarray(ids, { minLength: size }), (edges, order) => {
				const forward = edges.filter(([a, b]) => a !== b).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
				expect(
					problems(
						order,
						forward.map(([a, b]) => `n${a}>n${b}`),
					),
				).toEqual([]);
			}),
		);
	});

	test("a node is on a cycle just if another one that it leads to leads back", () => {
		fc.assert(
			fc.property(pairs, (edges) => {
				const targets = targetsOf(edges);
				const onCycle = new Set(cyclesOf(targets).flat());
				for (const node of targets.keys()) {
					const others = targets[node]!.filter((target) => target !== node);
					expect(onCycle.has(node)).toBe(others.some((other) => leads(targets, other, node)));
				}
			}),
		);
	});
});

function leads(targets: number[][], from: number, to: number, seen = new Set<number>()): boolean {
	if (from === to) return true;
	seen.add(from);
	return targets[from]!.some((next) => !seen.has(next) && leads(targets, next, to, seen));
}
