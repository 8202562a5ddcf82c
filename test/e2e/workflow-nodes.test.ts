/** What each type of node does, and what becomes of nodes that fail: on the whole platform, with a server on loopback. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, inject, test, vi } from "vitest";
import type { Json } from "../../scripts/api-client.ts";
import { newPerson, type Person } from "../support/people.ts";
import {
	begin,
	edge,
	eventsOf,
	execute,
	expectProblem,
	inRow,
	newAgent,
	newTool,
	newWorkflow,
	node,
	onError,
	run,
	steer,
	tool,
	until,
	value,
} from "../support/workflow-graphs.ts";

interface Seen {
	name: string;
	method: string;
	headers: IncomingHttpHeaders;
	body: string;
	at: number;
}

let seen: Seen[] = [];
/** By the name of what is asked: how many requests were open at once, at most. */
const open = new Map<string, { now: number; most: number }>();

/**
 * `/{name}` answers with what it was asked. In the query, `ms` is how long that takes, `fails` how many requests of the
 * name are answered with `status` (all, unless set), and `hops` how often it redirects.
 */
const server = createServer((request, response) => void answer(request, response));

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
	const at = Date.now();
	const { pathname, searchParams: query } = new URL(request.url!, "http://server");
	const { method = "", headers } = request;
	const name = pathname.slice(1);
	const body = Buffer.concat(await Array.fromAsync(request)).toString();
	seen.push({ name, method, headers, body, at });
	const count = open.get(name) ?? { now: 0, most: 0 };
	open.set(name, { now: count.now + 1, most: Math.max(count.most, count.now + 1) });
	await delay(Number(query.get("ms") ?? 0));
	open.get(name)!.now--;
	const hops = Number(query.get("hops") ?? 0);
	const hasFailed = query.has("status") && asked(name).length <= Number(query.get("fails") ?? Infinity);
	if (hops > 0) response.writeHead(302, { location: `/${name}?hops=${hops - 1}` }).end();
	else if (hasFailed) response.writeHead(Number(query.get("status"))).end();
	else if (query.has("text")) response.setHeader("content-type", "text/plain").end(query.get("text"));
	else
		response
			.writeHead(200, { "content-type": "application/json", "x-name": name, "set-cookie": "sid=1" })
			.end(JSON.stringify({ name, method, body }));
}

const asked = (name: string) => seen.filter((request) => request.name === name);
const unique = () => crypto.randomUUID().slice(0, 8);

let ada: Person;
let host: string;

beforeAll(async () => {
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
	ada = await newPerson(inject("platform"));
});

afterAll(() => {
	server.close();
	server.closeAllConnections();
});

const http = (id: string, path: string, config: object = {}, more: object = {}) =>
	node(id, "http", { url: `http://${host}/${path}`, ...config }, more);
const post = (id: string, path: string, more: object = {}) => http(id, path, { method: "POST" }, more);

describe("start and end", () => {
	test("an input that fits the schema comes in, another is refused with its place and begins nothing", async () => {
		const inputSchema = { type: "object", required: ["n"], properties: { n: { type: "integer", minimum: 1 } } };
		const nodes = [node("start", "start", { inputSchema }), node("end", "end")];
		const { id } = await newWorkflow(ada, { nodes, edges: [edge("start", "end")] });
		expect(await run(ada, { workflowId: id, input: { n: 2 } })).toMatchObject({
			status: "completed",
			output: { n: 2 },
		});
		for (const input of [{ n: 0 }, {}]) {
			const { errors } = await expectProblem(await execute(ada, { workflowId: id, input }), 422, "invalid_input");
			expect(errors[0].pointer).toMatch(/^\/input/);
		}
		await vi.waitFor(async () => {
			const { executions } = await ada.call("GET", `/api/v1/workflows/executions?workflowId=${id}`);
			expect(executions).toMatchObject([{ input: { n: 2 }, status: "completed" }]);
		});
	});

	const two = [value("a", 1), value("b", 2)];
	test.each<[string, object[], object[], Json]>([
		[
			"an end's own",
			[...two, node("end", "end", { output: { sum: "{{ nodes.a.output + nodes.b.output }}" } })],
			[edge("a", "end"), edge("b", "end")],
			{ sum: 3 },
		],
		["what came in to an end without one", [value("a", 1), node("end", "end")], [edge("a", "end")], 1],
		["that of a branch without an end", [value("a", 1), value("b", 2)], [edge("a", "b")], 2],
		[
			"an object by node, of several ends",
			[...two, node("x", "end"), node("y", "end")],
			[edge("a", "x"), edge("b", "y")],
			{ x: 1, y: 2 },
		],
		[
			"with what goes on after an end was reached",
			[
				node("x", "end", { output: "early" }),
				node("nap", "wait", { duration: 100 }),
				node("y", "end", { output: "late" }),
			],
			[edge("nap", "y")],
			{ x: "early", y: "late" },
		],
	])("the output is %s", async (_, nodes, edges, output) => {
		expect(await run(ada, { nodes, edges })).toMatchObject({ status: "completed", output });
	});
});

describe("agent", () => {
	test("answers a message, goes on in its session, and takes what came in for a message", async () => {
		const agentId = await newAgent(ada, [{ say: "You said {{message}}." }]);
		const nodes = [
			node("first", "agent", { agentId, message: "Hello {{ input.name }}" }),
			node("second", "agent", { agentId, message: "again", sessionId: "{{ nodes.first.output.sessionId }}" }),
			value("words", "{{ nodes.second.output.response }}"),
			node("third", "agent", { agentId }),
		];
		const edges = inRow("first", "second", "words", "third");
		const { status, nodeStates } = await run(ada, { nodes, edges, input: { name: "Ada" } });
		expect(status).toBe("completed");
		const [first, second, third] = ["first", "second", "third"].map((id) => nodeStates[id].output);
		expect(first).toMatchObject({
			response: "You said Hello Ada.",
			toolCalls: [],
			usage: expect.any(Object) as object,
		});
		expect(second).toMatchObject({ response: "You said again.", sessionId: first.sessionId });
		expect(third.response).toBe("You said You said again..");
		expect(third.sessionId).not.toBe(first.sessionId);
		const session = await ada.call("GET", `/api/v1/agents/sessions/${first.sessionId}/messages`);
		expect(JSON.stringify(session)).toContain("Hello Ada");
	});

	test("calls its tools, and tells which", async () => {
		const config = { model: "local/dev", tools: ["current_time"] };
		const { id } = await ada.call("POST", "/api/v1/agents", { name: "Clock", framework: "langchain", config });
		const { output } = await run(ada, {
			nodes: [node("ask", "agent", { agentId: id, message: "What is the current time?" })],
		});
		expect(output.toolCalls).toMatchObject([{ toolId: "current_time" }]);
	});
});

describe("tool", () => {
	test("is called with filled templates; what came in is not needed", async () => {
		const double = await newTool(ada, "return { n: p.n * 2 };");
		const nodes = [
			tool("standard", "math_evaluate", { expression: "{{ input.n }} + 1" }),
			tool("custom", double, { n: "{{ nodes.standard.output.value }}" }),
		];
		expect(await run(ada, { nodes, edges: [edge("standard", "custom")], input: { n: 20 } })).toMatchObject({
			status: "completed",
			output: { n: 42 },
			nodeStates: { custom: { input: { toolId: double, parameters: { n: 21 } } } },
		});
	});

	test("that fails is a failure with its message", async () => {
		const broken = await newTool(ada, "throw new Error('out of paper');");
		const { error } = await run(ada, { nodes: [tool("print", broken)] });
		expect(error).toMatchObject({ code: "tool_failed", message: expect.stringContaining("out of paper") as string });
	});
});

test.each<[string, string, Record<string, string | undefined>, object, string]>([
	["true", "input.n > 1", { yes: "true", no: "false" }, { n: 2 }, "yes"],
	["false", "input.n > 1", { yes: "true", no: "false" }, { n: 1 }, "no"],
	["the text of a value", "input.kind", { large: "large", small: "small" }, { kind: "small" }, "small"],
	["a number's text", "input.n % 3", { zero: "0", one: "1" }, { n: 4 }, "one"],
	["an expression over the output", "input.n", { few: "output < 10", many: "output >= 10" }, { n: 11 }, "many"],
	["no condition, if no other is taken", "input.n", { one: "1", else: undefined }, { n: 7 }, "else"],
	["another than that without a condition", "input.n", { one: "1", else: undefined }, { n: 1 }, "one"],
])("a condition takes the edge of %s", async (_, condition, targets, input, taken) => {
	const nodes = [node("decide", "condition", { condition }), ...Object.keys(targets).map((id) => value(id, id))];
	const edges = Object.entries(targets).map(([id, on]) =>
		edge("decide", id, on === undefined ? {} : { condition: on }),
	);
	const done = await run(ada, { nodes, edges, input });
	expect(done).toMatchObject({ status: "completed", output: taken });
	const statuses = Object.keys(targets).map((id) => done.nodeStates[id].status);
	expect(statuses).toEqual(Object.keys(targets).map((id) => (id === taken ? "completed" : "skipped")));
});

describe("parallel and merge", () => {
	/** `a` comes last, after a nap; `c` one step after `b`. All see what came in. */
	const branches = (a: unknown, b: unknown, c: unknown, config: object) => ({
		nodes: [
			value("in", { x: 1 }),
			node("go", "parallel"),
			node("nap", "wait", { duration: 60 }),
			...[value("a", a), value("b", b), value("step", 0), value("c", c)],
			node("met", "merge", config),
		],
		edges: [...inRow("in", "go", "nap", "a", "met"), ...inRow("go", "b", "met"), ...inRow("go", "step", "c", "met")],
	});

	test("a parallel hands on what came in, to all", async () => {
		const seenBy = "{{ nodes.go.output.x }}";
		expect(await run(ada, branches(seenBy, seenBy, seenBy, { reducer: "list" }))).toMatchObject({
			output: [1, 1, 1],
			nodeStates: { go: { output: { x: 1 } }, nap: { output: { x: 1 } } },
		});
	});

	test.each<[string, Json[], Json]>([
		["object", [1, 2, 3], { a: 1, b: 2, c: 3 }],
		["list", [1, 2, 3], [1, 2, 3]],
		["first", [1, 2, 3], 2],
		["last", [1, 2, 3], 1],
		["concat", [[1], [2, 3], []], [1, 2, 3]],
		["assign", [{ x: 1 }, { x: 2, y: 2 }, { z: 3 }], { x: 2, y: 2, z: 3 }],
		["sum", [1, 2, 3.5], 6.5],
	])("a merge makes of what arrives: %s", async (reducer, [a, b, c], output) => {
		expect(await run(ada, branches(a, b, c, { reducer }))).toMatchObject({ status: "completed", output });
	});

	test.each<[string, object, Json]>([
		["any", { mode: "any", reducer: "list" }, ["b"]],
		["n_of", { mode: "n_of", count: 2, reducer: "list" }, ["b", "c"]],
	])(
		"a merge of %s begins when enough have come, and the others run to their end unused",
		async (_, config, output) => {
			const nodes = [
				node("go", "parallel"),
				...[node("late", "wait", { event: "late" }), value("a", "a"), value("b", "b")],
				...[value("step", 0), value("c", "c"), node("met", "merge", config), node("end", "end")],
			];
			const edges = [
				...inRow("go", "late", "a", "met"),
				...inRow("go", "b", "met", "end"),
				...inRow("go", "step", "c", "met"),
			];
			const begun = await begin(ada, { nodes, edges });
			const early = await until(ada, begun, { status: "waiting", nodeStates: { end: { status: "completed" } } });
			expect(early.nodeStates.met.output).toEqual(output);
			await steer(ada, begun, "events", { name: "late" });
			const done = await until(ada, begun, { status: "completed" });
			expect(done).toMatchObject({ output, nodeStates: { a: { output: "a" }, met: { output } } });
		},
	);

	test("a branch that is not taken holds up nobody, unless n_of wants it", async () => {
		const graph = (config: object) => ({
			nodes: [
				node("go", "condition", { condition: "true" }),
				value("a", "a"),
				value("b", "b"),
				node("met", "merge", config),
			],
			edges: [...inRow("go", "a", "met"), edge("go", "b", { condition: "false" }), edge("b", "met")],
		});
		expect(await run(ada, graph({ mode: "all" }))).toMatchObject({ status: "completed", output: { a: "a" } });
		expect(await run(ada, graph({ mode: "n_of", count: 2 }))).toMatchObject({
			...{ status: "failed", nodeStates: { met: { status: "failed" } } },
		});
	});
});

describe("loop", () => {
	const loop = (config: object, nodes: object[], edges: object[] = []) =>
		node("each", "loop", { body: { nodes, edges }, ...config });

	test("rounds are open side by side up to its concurrency, and give a list in the order of the items", async () => {
		const name = unique();
		const round = [http("ask", `${name}?ms={{ item }}`), value("out", "{{ [index, item, input.of] }}")];
		const items = "{{ input.items }}";
		const nodes = [loop({ items, concurrency: 2 }, round, [edge("ask", "out")])];
		const input = { items: [250, 50, 50, 50], of: "test" };
		const done = await run(ada, { nodes, input });
		expect(done.output).toEqual(input.items.map((item, index) => [index, item, "test"]));
		expect(done.nodeStates.each.iterations).toBe(4);
		expect(open.get(name)).toEqual({ now: 0, most: 2 });
		const rounds = (await eventsOf(ada, done)).map(({ data }) => data.node);
		expect(rounds).toContain("each[3]/ask");
	});

	test("goes on while its condition holds, and knows what the round before ended with", async () => {
		const config = { while: "index == 0 || last < 8" };
		const done = await run(ada, { nodes: [loop(config, [value("n", "{{ index == 0 ? 1 : last * 2 }}")])] });
		expect(done).toMatchObject({ status: "completed", output: [1, 2, 4, 8] });
		expect((await eventsOf(ada, done)).filter(({ type }) => type === "loop.iterated")).toHaveLength(4);
		const endless = { while: "true", maxIterations: 3, continueOnError: true };
		expect(await run(ada, { nodes: [loop(endless, [value("n", "{{ index }}")])] })).toMatchObject({
			...{ status: "failed", nodeStates: { each: { errorCode: "limit_exceeded" } } },
		});
	});

	test("one stands in another, and sees what is around it", async () => {
		const inner = loop({ items: "{{ input.items }}" }, [value("n", "{{ nodes.around.output + item }}")]);
		const outer = loop(
			{ items: "{{ input.items }}" },
			[value("around", "{{ item * 10 }}"), inner],
			[edge("around", "each")],
		);
		const { output } = await run(ada, { nodes: [outer], input: { items: [1, 2] } });
		expect(output).toEqual([
			[11, 12],
			[21, 22],
		]);
	});

	const items = [{ by: 2 }, {}, { by: 4 }];
	const tooMany = { status: "failed", nodeStates: { each: { errorCode: "limit_exceeded" } } };
	test.each<[string, object, object]>([
		["a round that fails fails it", { items }, { status: "failed" }],
		["with continueOnError its item becomes null", { items, continueOnError: true }, { output: [42, null, 21] }],
		["more items than maxIterations are a failure", { items, maxIterations: 2 }, tooMany],
		["no items are no rounds", { items: [] }, { status: "completed", output: [] }],
	])("%s", async (_, config, expected) => {
		expect(await run(ada, { nodes: [loop(config, [value("n", "{{ 84 / item.by }}")])] })).toMatchObject(expected);
	});
});

test("a sub-workflow is an execution of its own, of the version that is asked for", async () => {
	const { id, version } = await newWorkflow(ada, { nodes: [value("out", "{{ input.n * 2 }}")] });
	await ada.call("PATCH", `/api/v1/workflows/${id}`, { nodes: [value("out", "{{ input.n * 3 }}")] });
	const sub = (name: string, more: object) =>
		node(name, "sub_workflow", { workflowId: id, input: { n: "{{ input.n }}" }, ...more });
	const done = await run(ada, { nodes: [sub("newest", {}), sub("older", { version })], input: { n: 7 } });
	expect(done).toMatchObject({ status: "completed", output: { newest: 21, older: 14 } });
	const calls = (await eventsOf(ada, done)).filter(({ type }) => type === "node.called");
	for (const { data } of calls) {
		expect(await ada.call("GET", `/api/v1/workflows/executions/${data.executionId}`)).toMatchObject({
			...{ status: "completed", workflowId: id, input: { n: 7 } },
			parent: { executionId: done.executionId, node: data.node },
		});
	}
	expect(calls).toHaveLength(2);
});

describe("wait", () => {
	test.each([
		["a duration", { duration: 300 }],
		["a duration by template", { duration: "{{ input.ms }}" }],
		["a time", { until: "{{ input.until }}" }],
	])("for %s, not a moment less, and hands on what came in", async (_, config) => {
		const since = Date.now();
		const input = { ms: 300, until: new Date(since + 300).toISOString() };
		const nodes = [value("in", "kept"), node("nap", "wait", config)];
		const done = await run(ada, { nodes, edges: [edge("in", "nap")], input });
		expect(done).toMatchObject({ status: "completed", output: "kept" });
		expect(Date.parse(done.endTime) - since).toBeGreaterThanOrEqual(300);
	});

	test("for an event that does not come is a failure in its time, which may have an edge", async () => {
		const paid = node("paid", "wait", { event: "paid", timeout: 150 });
		const nodes = [paid, value("late", "{{ nodes.paid.error.code }}")];
		expect(await run(ada, { nodes: [paid] })).toMatchObject({ status: "failed", error: { code: "limit_exceeded" } });
		expect(await run(ada, { nodes, edges: [onError("paid", "late")] })).toMatchObject({
			status: "completed",
			output: "limit_exceeded",
		});
	});
});

describe("approval", () => {
	const ask = node("ask", "approval", { title: "Pay {{ input.sum }}?", data: { sum: "{{ input.sum }}" } });
	const nodes = [ask, value("yes", "{{ nodes.ask.output }}"), value("no", "{{ nodes.ask.error }}")];
	const graph = { nodes, edges: [edge("ask", "yes"), onError("ask", "no")], input: { sum: 9 } };

	test.each<[string, (by: string) => Json]>([
		["approve", (by) => ({ approved: true, by, reason: "Because." })],
		["deny", () => ({ code: "approval_denied", message: expect.stringContaining("Because.") as string })],
	])("that somebody decides: %s", async (decision, output) => {
		const waiting = await run(ada, graph);
		const [approval] = waiting.approvals;
		expect(waiting).toMatchObject({ status: "waiting", currentNode: "ask" });
		expect(approval).toMatchObject({ node: "ask", title: "Pay 9?", data: { sum: 9 } });
		await steer(ada, waiting, `approvals/${approval.id}`, { decision, reason: "Because." });
		const done = await until(ada, waiting, { status: "completed" });
		expect(done.output).toEqual(output(ada.id));
		expect(done.nodeStates[decision === "approve" ? "no" : "yes"].status).toBe("skipped");
	});

	test("a denial without an edge for it fails the execution, and so does a time that runs out", async () => {
		const waiting = await run(ada, { ...graph, nodes: [ask], edges: [] });
		await steer(ada, waiting, `approvals/${waiting.approvals[0].id}`, { decision: "deny" });
		await until(ada, waiting, { status: "failed", error: { code: "approval_denied" } });
		const late = await run(ada, { nodes: [node("ask", "approval", { title: "Now?", timeout: 200 })] });
		await until(ada, late, { status: "failed", nodeStates: { ask: { status: "failed" } } });
	});
});

test.each<[string, object, Json]>([
	[
		"a JSONata expression",
		{ expression: "$sum(input.items.price) & ' ' & variables.unit & nodes.before.output" },
		"12 EUR!",
	],
	[
		"a value that keeps its type",
		{ value: { list: "{{ input.items }}", n: "{{ size(input.items) }}" } },
		{ list: [{ price: 5 }, { price: 7 }], n: 2 },
	],
	["a value within a text", { value: "{{ input.items }} in {{ variables.unit }}" }, '[{"price":5},{"price":7}] in EUR'],
])("a transform by %s", async (_, config, output) => {
	const nodes = [value("before", "!"), node("out", "transform", config)];
	const input = { items: [{ price: 5 }, { price: 7 }] };
	expect(await run(ada, { nodes, edges: [edge("before", "out")], input, variables: { unit: "EUR" } })).toMatchObject({
		...{ status: "completed", output },
	});
});

test("a node sets variables when it is done, and the next sees them", async () => {
	const nodes = [
		value("add", 5, { assign: { total: "{{ variables.total + output }}" } }),
		value("out", "{{ variables.total }}"),
	];
	expect(await run(ada, { nodes, edges: [edge("add", "out")], variables: { total: 37 } })).toMatchObject({
		...{ output: 42, variables: { total: 42 } },
	});
});

describe("http", () => {
	test("GET gives JSON where the server says so, else text, and carries no key", async () => {
		const name = unique();
		const nodes = [
			http("json", name, { headers: { "x-order": "{{ input.order }}" } }),
			http("text", `${name}?text=hello`),
		];
		const done = await run(ada, { nodes, input: { order: "47" } });
		expect(done.output).toMatchObject({
			json: { status: 200, headers: { "x-name": name }, body: { name, method: "GET" } },
			text: { status: 200, body: "hello" },
		});
		expect(done.output.json.headers).not.toHaveProperty("set-cookie");
		expect(asked(name).map(({ headers }) => headers["idempotency-key"])).toEqual([undefined, undefined]);
		expect(asked(name).map(({ headers }) => headers["x-order"])).toContain("47");
	});

	test.each<[string, object, { type: string; body: string; key?: string }]>([
		["JSON", { body: { sum: "{{ input.sum }}" } }, { type: "application/json", body: '{"sum":9}' }],
		["text", { body: "sum={{ input.sum }}" }, { type: "text/plain", body: "sum=9" }],
		[
			"a text of a type",
			{ body: "a=1", headers: { "content-type": "application/x-www-form-urlencoded" } },
			{ type: "application/x-www-form-urlencoded", body: "a=1" },
		],
		[
			"its own key",
			{ headers: { "idempotency-key": "mine" }, body: "x" },
			{ type: "text/plain", body: "x", key: "mine" },
		],
	])("POST sends %s with its key", async (_, config, { type, body, key }) => {
		const name = unique();
		const done = await run(ada, { nodes: [http("pay", name, { method: "POST", ...config })], input: { sum: 9 } });
		expect(done.output).toMatchObject({ status: 200, body: { method: "POST", body } });
		const headers = { "content-type": expect.stringContaining(type) as string };
		expect(asked(name)).toMatchObject([
			{ headers: { ...headers, "idempotency-key": key ?? `${done.executionId}:pay` } },
		]);
	});

	test("five redirects are followed, and no sixth", async () => {
		const name = unique();
		expect(await run(ada, { nodes: [http("go", `${name}?hops=5`)] })).toMatchObject({ output: { status: 200 } });
		expect(await run(ada, { nodes: [http("go", `${name}?hops=6`)] })).toMatchObject({ status: "failed" });
	});

	test("an address that is not public, nor allowed, is refused", async () => {
		const url = "http://169.254.169.254/latest";
		const { error } = await run(ada, { nodes: [node("go", "http", { url })] });
		expect(error.code).toBe("address_not_allowed");
	});

	test.each([
		[400, "invalid_input", 1],
		[401, "forbidden", 1],
		[403, "forbidden", 1],
		[404, "not_found", 1],
		[410, "not_found", 1],
		[422, "invalid_input", 1],
		[408, "gateway_timeout", 2],
		[429, "rate_limited", 2],
		[500, "bad_gateway", 2],
		[503, "service_unavailable", 2],
	])("%i is the failure %s, after %i of two attempts, all under one key", async (status, code, attempts) => {
		const name = unique();
		const retry = { maxAttempts: 2, delay: 1 };
		const failed = await run(ada, { nodes: [post("pay", `${name}?status=${status}`, { retry })] });
		expect(failed).toMatchObject({
			status: "failed",
			error: { code },
			nodeStates: { pay: { retryCount: attempts - 1 } },
		});
		const keys = asked(name).map(({ headers }) => headers["idempotency-key"]);
		expect(keys).toEqual(Array.from({ length: attempts }, () => `${failed.executionId}:pay`));
	});
});

describe("failures", () => {
	const gaps = (name: string) => asked(name).flatMap(({ at }, i, all) => (i === 0 ? [] : [at - all[i - 1]!.at]));
	/** What the log says of the pauses before each further attempt. */
	const pauses = async (execution: Json) =>
		(await eventsOf(ada, execution))
			.filter(({ type }) => type === "node.retrying")
			.map(({ at, data }) => new Date(data.dueAt).getTime() - Date.parse(at));

	test.each<[string, object, number[]]>([
		["fixed", { backoff: "fixed", delay: 200, jitter: false }, [200, 200]],
		["exponential", { delay: 150, jitter: false }, [150, 300]],
		["exponential up to maxDelay", { delay: 150, jitter: false, maxDelay: 200 }, [150, 200]],
	])("the pauses between attempts are %s", async (_, retry, expected) => {
		const name = unique();
		const nodes = [post("pay", `${name}?status=503&fails=2`, { retry: { maxAttempts: 3, ...retry } })];
		const done = await run(ada, { nodes });
		expect(done).toMatchObject({ status: "completed", nodeStates: { pay: { retryCount: 2 } } });
		const [made, told] = [gaps(name), await pauses(done)];
		expect(made.map((gap, i) => gap >= expected[i]! - 2)).toEqual([true, true]);
		expect(told.map((pause, i) => Math.abs(pause - expected[i]!) < 50)).toEqual([true, true]);
	});

	test("a tool beyond its limit is asked again when it has room, or after maxDelay", async () => {
		const limited = await newTool(ada, "return 1;", { limits: { perMinute: 1 } });
		const retry = { maxAttempts: 2, delay: 1, maxDelay: 300 };
		const nodes = [tool("a", limited), tool("b", limited, {}, { retry })];
		const failed = await run(ada, { nodes, edges: [edge("a", "b")] });
		expect(failed).toMatchObject({ status: "failed", error: { code: "rate_limited" } });
		const [pause] = await pauses(failed);
		expect(Math.abs(pause! - 300)).toBeLessThan(50);
	});

	test("retry.on says which failures are worth another attempt", async () => {
		for (const [status, attempts] of [
			[404, 2],
			[503, 1],
		] as const) {
			const name = unique();
			const retry = { maxAttempts: 2, delay: 1, on: ["not_found"] };
			await run(ada, { nodes: [post("pay", `${name}?status=${status}`, { retry })] });
			expect(asked(name)).toHaveLength(attempts);
		}
	});

	test("maxRetries is for nodes without a retry of their own, and one attempt is all without either", async () => {
		const [own, other, third] = [unique(), unique(), unique()];
		const fails = "status=503&fails=1";
		const nodes = [post("own", `${own}?${fails}`, { retry: { maxAttempts: 1 } }), post("other", `${other}?${fails}`)];
		const edges = [onError("own", "other")];
		expect(await run(ada, { nodes, edges, options: { maxRetries: 1 } })).toMatchObject({ status: "completed" });
		expect([asked(own).length, asked(other).length]).toEqual([1, 2]);
		expect(await run(ada, { nodes: [post("third", `${third}?${fails}`)] })).toMatchObject({ status: "failed" });
	});

	test("a tool and an agent that fail for a reason that may pass are tried again", async () => {
		const name = unique();
		const body = "const r = await fetch(p.url); if (!r.ok) throw new Error('not yet'); return r.status;";
		const flaky = await newTool(ada, body, { hosts: [host] });
		const agentId = await newAgent(ada, [{ fail: "no", status: 400 }]);
		const retry = { maxAttempts: 2, delay: 1 };
		const url = `http://${host}/${name}?status=503&fails=1`;
		const nodes = [
			tool("tool", flaky, { url }, { retry }),
			node("agent", "agent", { agentId, message: "x" }, { retry }),
		];
		expect(await run(ada, { nodes, edges: [edge("tool", "agent")] })).toMatchObject({
			...{ status: "failed", error: { code: "provider_error" } },
			nodeStates: { tool: { status: "completed", output: 200, retryCount: 1 }, agent: { retryCount: 1 } },
		});
	});

	test("an attempt that takes longer than the node's timeout fails, and is made again", async () => {
		const name = unique();
		const more = { timeout: 200, retry: { maxAttempts: 2, delay: 1 } };
		const nodes = [post("slow", `${name}?ms=2000`, more), value("late", "{{ nodes.slow.error.code }}")];
		const done = await run(ada, { nodes, edges: [onError("slow", "late")] });
		expect(done).toMatchObject({ status: "completed", output: "limit_exceeded" });
		expect(asked(name)).toHaveLength(2);
		expect(done.nodeStates.slow.executionTime).toBeLessThan(2_000);
	});

	test("an agent and a sub-workflow whose time is up are cancelled", async () => {
		const agentId = await newAgent(ada, [{ wait: 60_000 }]);
		const { id: workflowId } = await newWorkflow(ada, { nodes: [node("nap", "wait", { duration: 60_000 })] });
		const nodes = [
			node("agent", "agent", { agentId, message: "sleep" }, { timeout: 400 }),
			node("sub", "sub_workflow", { workflowId }, { timeout: 400 }),
			value("out", "{{ [nodes.agent.error.code, nodes.sub.error.code] }}"),
		];
		const done = await run(ada, { nodes, edges: [onError("agent", "out"), onError("sub", "out")] });
		expect(done.output).toEqual(["limit_exceeded", "limit_exceeded"]);
		for (const path of [`agents/executions?agentId=${agentId}`, `workflows/executions?workflowId=${workflowId}`]) {
			await vi.waitFor(async () => {
				const { executions } = await ada.call("GET", `/api/v1/${path}`);
				expect(executions).toMatchObject([{ status: "cancelled" }]);
			}, 5_000);
		}
	});

	test.each([
		["may have been done, as after a timeout, is undone as well", "ms=2000", ["pay"]],
		["was refused was not done, and is not undone", "status=422", []],
	])("what %s", async (_, query, undone) => {
		const keep = await newTool(ada, "return p;");
		const more = { timeout: 200, compensation: { toolId: keep, parameters: { order: "{{ input.order }}" } } };
		const begun = await begin(ada, { nodes: [post("pay", `${unique()}?${query}`, more)], input: { order: 7 } });
		await until(ada, begun, { status: "failed" });
		const made = (await eventsOf(ada, begun)).filter(({ type }) => type === "compensation.completed");
		expect(made.map(({ data }) => data)).toMatchObject(undone.map((node) => ({ node, output: { order: 7 } })));
	});

	test("an error edge is taken instead of the others", async () => {
		const nodes = [http("ask", `${unique()}?status=404`), value("next", 1), value("saved", "{{ nodes.ask.error }}")];
		const done = await run(ada, { nodes, edges: [edge("ask", "next"), onError("ask", "saved")] });
		expect(done).toMatchObject({
			...{ status: "completed", output: { code: "not_found", message: expect.stringContaining("404") as string } },
			nodeStates: { ask: { status: "failed" }, next: { status: "skipped" }, saved: { status: "completed" } },
		});
	});

	test("an error edge is not taken where nothing fails", async () => {
		const nodes = [value("ask", 1), value("next", 2), value("saved", 3)];
		const done = await run(ada, { nodes, edges: [edge("ask", "next"), onError("ask", "saved")] });
		expect(done).toMatchObject({ output: 2, nodeStates: { saved: { status: "skipped" } } });
	});

	test.each([
		[{}, 6],
		[{ parallelLimit: 2 }, 2],
	])("with options %j of six nodes at once %i work", async (options, most) => {
		const name = unique();
		const nodes = Array.from({ length: 6 }, (_, i) => http(`n${i}`, `${name}?ms=300`));
		expect(await run(ada, { nodes, options })).toMatchObject({ status: "completed" });
		expect(open.get(name)!.most).toBe(most);
	});

	test("an execution fails when its timeout is over, waits included", async () => {
		const begun = await begin(ada, { nodes: [node("nap", "wait", { duration: 60_000 })], options: { timeout: 300 } });
		const failed = await until(ada, begun, { status: "failed", error: { code: "limit_exceeded" } });
		expect(failed.duration).toBeGreaterThanOrEqual(300);
		expect(failed.nodeStates.nap.status).toBe("skipped");
	});
});
