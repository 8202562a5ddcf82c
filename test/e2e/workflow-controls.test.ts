/** What begins executions, follows and steers them, and whom they answer: on the whole platform. */
import { Webhook } from "standardwebhooks";
import { beforeAll, describe, expect, inject, onTestFinished, test, vi } from "vitest";
import { ApiClient, type Json } from "../../scripts/api-client.ts";
import { newPerson, type Person } from "../support/people.ts";
import { openSocket, upgradeStatus } from "../support/sockets.ts";
import {
	begin,
	edge,
	eventsOf,
	execute,
	executionPath,
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

const instance = inject("platform");
const ask = node("ask", "approval", { title: "May it?" });
const asking = { nodes: [ask, value("out", "{{ input }}")], edges: [edge("ask", "out")] };
const echo = { nodes: [value("out", "{{ input }}")] };
const nap = { nodes: [node("nap", "wait", { duration: 60_000 })] };

let ada: Person;
let bob: Person;
let viewer: Person;
let minutely: Json;

beforeAll(async () => {
	[ada, bob, viewer] = await Promise.all([newPerson(instance), newPerson(instance), newPerson(instance, "viewer")]);
	// Fires while the other tests run.
	const { id } = await newWorkflow(ada, echo);
	minutely = await newTrigger(id, { type: "schedule", cron: "* * * * *" }, { list: "daily" });
});

async function newTrigger(workflowId: string, config: object, input: object = {}): Promise<Json> {
	return await ada.call("POST", `/api/v1/workflows/${workflowId}/triggers`, { config, input });
}

async function listed(api: ApiClient, query: string): Promise<Json> {
	return await api.call("GET", `/api/v1/workflows/executions?${query}`);
}

/** The only execution of a workflow, when it has ended. */
async function onlyOneOf(workflowId: string, timeout = 10_000): Promise<Json> {
	return await vi.waitFor(
		async () => {
			const { executions } = await listed(ada, `workflowId=${workflowId}`);
			expect(executions).toMatchObject([{ status: "completed" }]);
			return executions[0];
		},
		{ timeout, interval: 200 },
	);
}

async function decide(api: ApiClient, execution: Json, decision: string, more: object = {}): Promise<Response> {
	const path = executionPath(execution, `approvals/${execution.approvals[0].id}`);
	return await api.fetch("POST", path, { decision, ...more });
}

const typesOf = (events: Json[]) => events.map(({ type }) => type);
const nodesOf = (events: Json[], type: string) =>
	events.filter((event) => event.type === type).map(({ data }) => data.node);

describe("execute", () => {
	test("answers 202 at once with the place of the execution, or 200 when it has ended within the wait", async () => {
		const accepted = await execute(ada, { ...nap, input: { n: 1 } });
		const begun = await accepted.json<Json>();
		expect(accepted.status).toBe(202);
		expect(accepted.headers.get("location")).toBe(executionPath(begun));
		expect(await ada.call("GET", executionPath(begun))).toMatchObject({
			executionId: begun.executionId,
			input: { n: 1 },
		});
		await steer(ada, begun, "cancel");
		expect(await run(ada, { ...echo, input: { n: 1 } })).toMatchObject({ status: "completed", output: { n: 1 } });
	});

	test("answers 202 when the wait is over before the execution is", async () => {
		const agentId = await newAgent(ada, [{ wait: 2_500 }, { say: "Done." }]);
		const answer = await execute(ada, { nodes: [node("a", "agent", { agentId, message: "x" })] }, { prefer: "wait=1" });
		expect(answer.status).toBe(202);
		const begun = await answer.json<Json>();
		expect(begun).toMatchObject({ status: "running", currentNode: "a" });
		await until(ada, begun, { status: "completed", output: { response: "Done." } });
	});

	test("one Idempotency-Key is one execution of one person, and another body under it a 422", async () => {
		const headers = { "idempotency-key": crypto.randomUUID(), prefer: "wait=10" };
		const send = async (api: ApiClient) =>
			(await (await execute(api, { ...echo, input: { n: 1 } }, headers)).json<Json>()).executionId;
		const ids = new Set(await Promise.all(Array.from({ length: 5 }, () => send(ada))));
		expect(ids.size).toBe(1);
		expect(ids).not.toContain(await send(bob));
		await expectProblem(await execute(ada, { ...echo, input: { n: 2 } }, headers), 422, "idempotency_key_reused");
	});

	test("a stored workflow runs in its newest version or an older one, with variables and options of the request", async () => {
		const { id, version } = await newWorkflow(ada, {
			nodes: [value("out", "{{ variables.word }}")],
			variables: { word: "old" },
		});
		await ada.call("PATCH", `/api/v1/workflows/${id}`, { variables: { word: "new" } });
		expect(await run(ada, { workflowId: id })).toMatchObject({ workflowId: id, version: "1.0.1", output: "new" });
		expect(await run(ada, { workflowId: id, version })).toMatchObject({ version: "1.0.0", output: "old" });
		expect(await run(ada, { workflowId: id, variables: { word: "mine" } })).toMatchObject({ output: "mine" });
		const { versions } = await ada.call("GET", `/api/v1/workflows/${id}/versions`);
		expect(versions.map((found: Json) => found.version)).toEqual(["1.0.1", "1.0.0"]);
		await ada.call("PATCH", `/api/v1/workflows/${id}`, { status: "inactive" });
		await expectProblem(await execute(ada, { workflowId: id }), 409, "conflict");
	});

	test("what cannot run is refused, each fault with its node", async () => {
		const nodes = [tool("t", "nothing"), node("c", "condition", { condition: "1 +" })];
		for (const path of ["/api/v1/workflows", "/api/v1/workflows/execute"]) {
			const answer = await ada.fetch("POST", path, { name: "Broken", nodes, edges: [] });
			const { errors } = await expectProblem(answer, 422, "invalid_input");
			expect(new Set(errors.map(({ nodeId }: Json) => nodeId))).toEqual(new Set(["t", "c"]));
		}
		expect(await ada.call("POST", "/api/v1/workflows/validate", { nodes, edges: [] })).toMatchObject({ valid: false });
	});
});

describe("following", () => {
	test("executions are listed newest first, by workflow and by status, a page at a time", async () => {
		const fits = node("fits", "transform", { value: "{{ 1 / input.by }}" });
		const { id } = await newWorkflow(ada, { nodes: [fits, ask], edges: [edge("fits", "ask")] });
		const done = await run(ada, { workflowId: id, input: { by: 1 } });
		await decide(ada, done, "approve");
		await until(ada, done, { status: "completed" });
		const failed = await run(ada, { workflowId: id });
		const waiting = await run(ada, { workflowId: id, input: { by: 1 } });
		const statuses = new Map([
			[waiting, "waiting"],
			[failed, "failed"],
			[done, "completed"],
		]);
		const expected = [...statuses].map(([{ executionId }, status]) => ({ executionId, status, workflowId: id }));
		await vi.waitFor(async () => {
			expect((await listed(ada, `workflowId=${id}`)).executions).toMatchObject(expected);
		}, 5_000);
		for (const [{ executionId }, status] of statuses) {
			expect((await listed(ada, `workflowId=${id}&status=${status}`)).executions).toMatchObject([{ executionId }]);
		}
		const pages: Json[] = [];
		for (let cursor = ""; pages.length < 4;) {
			const page = await listed(ada, `workflowId=${id}&limit=1${cursor && `&cursor=${cursor}`}`);
			pages.push(...page.executions);
			if (!page.nextCursor) break;
			cursor = page.nextCursor;
		}
		expect(pages).toMatchObject(expected);
		expect((await listed(bob, `workflowId=${id}`)).executions).toEqual([]);
	});

	test("events come by SSE, live and from Last-Event-ID or after, and 204 says that there are no more", async () => {
		const nodes = [node("nap", "wait", { duration: 500 }), value("out", 1)];
		const begun = await begin(ada, { nodes, edges: [edge("nap", "out")] });
		const path = executionPath(begun, "stream");
		await until(ada, begun, { currentNode: "nap" });
		const live = await ada.fetch("GET", path);
		expect(live.headers.get("content-type")).toContain("text/event-stream");
		const events = await Array.fromAsync(ada.events(live));
		expect(events.map(({ event }) => event)).toEqual([
			...["run.started", "node.waiting", "node.completed", "node.completed", "run.completed"],
		]);
		expect(events.map(({ id }) => Number(id))).toEqual(events.map((_, index) => index + 1));
		const last = String(events.length);
		for (const [query, headers] of [
			["", { "last-event-id": "2" }],
			["?after=2", {}],
		] as const) {
			const rest = await ada.fetch("GET", path + query, undefined, headers);
			expect(await Array.fromAsync(ada.events(rest))).toEqual(events.slice(2));
		}
		expect((await ada.fetch("GET", path, undefined, { "last-event-id": last })).status).toBe(204);
		expect((await ada.fetch("GET", `${path}?after=-1`)).status).toBe(422);
	});

	test("the same events come as frames of a WebSocket, live and from after", async () => {
		const waiting = await run(ada, asking);
		const url = `${instance.url}${executionPath(waiting, "stream")}`;
		const open = async (query: string) => {
			const socket = await openSocket(url + query, { headers: { authorization: `Bearer ${ada.token}` } });
			onTestFinished(() => socket.close());
			return socket;
		};
		const live = await open("");
		await live.next(({ type }) => type === "node.waiting");
		await decide(ada, waiting, "approve");
		await live.next(({ type }) => type === "run.completed");
		expect(live.frames).toEqual(await eventsOf(ada, waiting));
		const rest = await open("?after=2");
		await rest.next(({ type }) => type === "run.completed");
		expect(rest.frames).toEqual(live.frames.slice(2));
		expect(await upgradeStatus(url, { authorization: `Bearer ${bob.token}` })).toBe(404);
	});

	test("a graph is shown as JSON and as Mermaid, an execution's with the states of its nodes", async () => {
		const body = { nodes: [value("x", "{{ item }}")] };
		const nodes = [
			node("is", "condition", { condition: "true" }),
			node("each", "loop", { items: [1], body }),
			value("no", 1),
		];
		const edges = [edge("is", "each", { condition: "true" }), edge("is", "no", { condition: "false" })];
		const { id } = await newWorkflow(ada, { nodes, edges });
		const done = await run(ada, { workflowId: id });
		const [stored, ran] = [`/api/v1/workflows/${id}/graph`, executionPath(done, "graph")];
		const ids = ["is", "each", "no"].map((id) => ({ id }));
		expect(await ada.call("GET", stored)).toMatchObject({ nodes: ids, edges: edges.map(({ id }) => ({ id })) });
		expect(await ada.call("GET", ran)).toMatchObject({
			nodes: ids,
			nodeStates: { is: { status: "completed" }, each: { status: "completed" }, no: { status: "skipped" } },
		});
		const drawings = [stored, ran].map(async (path) => {
			const drawn = await ada.fetch("GET", path, undefined, { accept: "text/vnd.mermaid" });
			expect(drawn.headers.get("content-type")).toContain("text/vnd.mermaid");
			return await drawn.text();
		});
		const [plain, coloured] = await Promise.all(drawings);
		expect(plain).toMatch(/^flowchart TD\n[^]*subgraph[^]*-->\|"true"\|/);
		expect(plain).not.toContain("class ");
		expect(coloured).toMatch(/class \w+ completed[^]*class \w+ skipped/);
	});
});

describe("cancel and compensation", () => {
	test("cancelling stops what works and undoes what was done; what has ended stays as it is", async () => {
		const path = `orders/${crypto.randomUUID()}.txt`;
		const undo = { compensation: { toolId: "file_delete", parameters: { path: "{{ output.path }}" } } };
		const agentId = await newAgent(ada, [{ wait: 60_000 }]);
		const nodes = [
			tool("write", "file_write", { path, content: "sold" }, undo),
			node("talk", "agent", { agentId, message: "sleep" }),
			value("after", 1),
		];
		const begun = await begin(ada, { nodes, edges: inRow("write", "talk", "after") });
		await until(ada, begun, { status: "running", currentNode: "talk" });
		const files = async () =>
			JSON.stringify(await ada.call("POST", "/api/v1/tools/file_list/execute", { parameters: {} }));
		expect(await files()).toContain(path);
		await steer(ada, begun, "cancel");
		const ended = await until(ada, begun, { status: "cancelled" });
		expect(ended.nodeStates).toMatchObject({ write: { status: "completed" }, after: { status: "skipped" } });
		expect(await files()).not.toContain(path);
		const events = await eventsOf(ada, begun);
		expect(typesOf(events).slice(-3)).toEqual(["execution.ending", "compensation.completed", "run.cancelled"]);
		await vi.waitFor(async () => {
			const { executions } = await ada.call("GET", `/api/v1/agents/executions?agentId=${agentId}`);
			expect(executions).toMatchObject([{ status: "cancelled" }]);
		}, 5_000);
		expect(await steer(ada, begun, "cancel")).toEqual(ended);
	});

	test("a failure undoes the last first, in loops too, and passes over what cannot be undone", async () => {
		const [keep, broken] = [await newTool(ada, "return p;"), await newTool(ada, "throw new Error('gone');")];
		const undo = (toolId: string) => ({ compensation: { toolId, parameters: { was: "{{ output.n }}" } } });
		const each = node("each", "loop", {
			items: [1, 2],
			body: { nodes: [tool("in", keep, { n: "{{ item }}" }, undo(keep))] },
		});
		const nodes = [
			tool("first", keep, { n: 0 }, undo(keep)),
			each,
			tool("stuck", keep, { n: 3 }, undo(broken)),
			value("oops", "{{ input.none.deep }}"),
		];
		const begun = await begin(ada, { nodes, edges: inRow("first", "each", "stuck", "oops") });
		await until(ada, begun, { status: "failed" });
		const events = await eventsOf(ada, begun);
		expect(nodesOf(events, "compensation.failed")).toEqual(["stuck"]);
		expect(nodesOf(events, "compensation.completed")).toEqual(["each[1]/in", "each[0]/in", "first"]);
		const outputs = events.filter(({ type }) => type === "compensation.completed").map(({ data }) => data.output);
		expect(outputs).toEqual([{ was: 2 }, { was: 1 }, { was: 0 }]);
	}, 30_000);

	test("what works inside a sub-workflow is cancelled with it", async () => {
		const { id: workflowId } = await newWorkflow(ada, nap);
		const begun = await begin(ada, { nodes: [node("sub", "sub_workflow", { workflowId })] });
		const child = await vi.waitFor(async () => {
			const { executions } = await listed(ada, `workflowId=${workflowId}`);
			expect(executions).toHaveLength(1);
			return executions[0];
		}, 5_000);
		await steer(ada, begun, "cancel");
		await until(ada, begun, { status: "cancelled" });
		await until(ada, child, { status: "cancelled", parent: { executionId: begun.executionId, node: "sub" } });
	});
});

test("pausing finishes what works and begins nothing, and what falls due meanwhile happens when it is resumed", async () => {
	const agentId = await newAgent(ada, [{ wait: 700 }, { say: "Done." }]);
	const nodes = [
		node("talk", "agent", { agentId, message: "x" }),
		value("after", "done"),
		node("nap", "wait", { duration: 300 }),
		value("awake", "awake"),
	];
	const begun = await begin(ada, { nodes, edges: [edge("talk", "after"), edge("nap", "awake")] });
	await until(ada, begun, { currentNode: "talk" });
	expect(await steer(ada, begun, "pause")).toMatchObject({ status: "paused" });
	const paused = await until(ada, begun, { nodeStates: { talk: { status: "completed" } } });
	expect(paused).toMatchObject({
		status: "paused",
		nodeStates: { after: { status: "pending" }, nap: { status: "waiting" }, awake: { status: "pending" } },
	});
	await steer(ada, begun, "resume");
	await until(ada, begun, { status: "completed", output: { after: "done", awake: "awake" } });
	expect(typesOf(await eventsOf(ada, begun))).toEqual(
		expect.arrayContaining(["execution.paused", "execution.resumed"]),
	);
	for (const verb of ["pause", "resume"]) {
		await expectProblem(await ada.fetch("POST", executionPath(begun, verb)), 409, "conflict");
	}
});

describe("retry and fork", () => {
	let toolId: string;
	beforeAll(async () => {
		toolId = await newTool(ada, "if (p.fail) throw new Error('no'); return p.n;");
	});

	const graph = () => ({
		nodes: [
			tool("first", toolId, { n: "{{ input.n }}" }),
			tool("second", toolId, { n: "{{ nodes.first.output + variables.more }}", fail: "{{ variables.fail }}" }),
			value("third", "{{ nodes.second.output * 2 }}"),
		],
		edges: inRow("first", "second", "third"),
	});
	const variables = { more: 1, fail: false };
	const reused = async (execution: Json) =>
		(await eventsOf(ada, execution)).filter(({ data }) => data.reused).map(({ data }) => data.node);

	test.each<[string, object, string[], Json]>([
		["without a node", {}, ["first"], 42],
		["from the node that failed", { node: "second" }, ["first"], 42],
		["from an earlier node", { node: "first" }, [], 42],
		["with another input", { node: "first", input: { n: 1 } }, [], 4],
	])("a failed execution is tried again %s", async (_, body, taken, output) => {
		const failed = await run(ada, { ...graph(), input: { n: 20 }, variables: { ...variables, fail: true } });
		expect(failed).toMatchObject({ status: "failed", nodeStates: { third: { status: "skipped" } } });
		const answer = await ada.fetch("POST", executionPath(failed, "retry"), { ...body, variables: { fail: false } });
		const again = await answer.json<Json>();
		expect(answer.status).toBe(202);
		expect(answer.headers.get("location")).toBe(executionPath(again));
		expect(again.source).toMatchObject({ executionId: failed.executionId, kind: "retry" });
		await until(ada, again, { status: "completed", output, variables });
		expect(await reused(again)).toEqual(taken);
		await expectProblem(await ada.fetch("POST", executionPath(again, "retry"), {}), 409, "conflict");
	});

	test("a cancelled execution is tried again", async () => {
		const { executionId } = await run(ada, { nodes: [value("in", 1), ask], edges: [edge("in", "ask")] });
		await steer(ada, { executionId }, "cancel");
		const again = await steer(ada, { executionId }, "retry", {});
		const waiting = await until(ada, again, { status: "waiting" });
		await decide(ada, waiting, "approve");
		await until(ada, again, { status: "completed" });
		expect(await reused(again)).toEqual(["in"]);
	});

	test("a fork takes over what was done before its node, with other variables; the first stays as it was", async () => {
		const done = await run(ada, { ...graph(), input: { n: 20 }, variables });
		const fork = await steer(ada, done, "fork", { node: "second", variables: { more: 2 } });
		expect(fork.source).toEqual({ executionId: done.executionId, kind: "fork", node: "second" });
		await until(ada, fork, { status: "completed", output: 44, variables: { more: 2, fail: false } });
		expect(await reused(fork)).toEqual(["first"]);
		expect(await ada.call("GET", executionPath(done))).toEqual(done);
		expect(done.output).toBe(42);
		const nowhere = await ada.fetch("POST", executionPath(done, "fork"), { node: "nowhere" });
		await expectProblem(nowhere, 422, "invalid_input");
	});

	test("an execution that is still open can be forked", async () => {
		const waiting = await run(ada, asking);
		const fork = await steer(ada, waiting, "fork", { input: { n: 2 } });
		const other = await until(ada, fork, { status: "waiting" });
		await decide(ada, other, "approve");
		await until(ada, fork, { status: "completed", output: { n: 2 } });
		expect(await ada.call("GET", executionPath(waiting))).toMatchObject({ status: "waiting" });
	});
});

test("an event goes to all that wait for it, and one that comes early to the first that will", async () => {
	const wait = (id: string) => node(id, "wait", { event: "paid-{{ input.order }}" });
	const body = { nodes: [wait("a"), wait("b"), wait("c")], edges: [edge("a", "c")], input: { order: 7 } };
	const begun = await begin(ada, body);
	await until(ada, begun, { status: "waiting", nodeStates: { a: { status: "waiting" }, b: { status: "waiting" } } });
	await steer(ada, begun, "events", { name: "paid-8", data: "another's" });
	await steer(ada, begun, "events", { name: "paid-7", data: { sum: 1 } });
	const shared = { status: "completed", output: { sum: 1 } };
	await until(ada, begun, { status: "waiting", nodeStates: { a: shared, b: shared, c: { status: "waiting" } } });
	await steer(ada, begun, "events", { name: "paid-7" });
	await until(ada, begun, { status: "completed", nodeStates: { c: { output: null } } });
	await expectProblem(await ada.fetch("POST", executionPath(begun, "events"), { name: "paid-7" }), 409, "conflict");

	const early = await begin(ada, { nodes: [ask, wait("a")], edges: [edge("ask", "a")], input: { order: 7 } });
	await steer(ada, early, "events", { name: "paid-7", data: "early" });
	await decide(ada, await until(ada, early, { status: "waiting" }), "approve");
	await until(ada, early, { status: "completed", output: "early" });
	expect(typesOf(await eventsOf(ada, early))).toEqual(expect.arrayContaining(["event.received", "event.taken"]));
});

describe("approvals", () => {
	const needsApproval = { requiresApproval: true };

	test("each is decided once, by its owner, for what was shown", async () => {
		const waiting = await run(ada, asking);
		await expectProblem(await decide(ada, waiting, "approve", { argumentsHash: "another" }), 409, "conflict");
		await expectProblem(await decide(bob, waiting, "approve"), 404, "not_found");
		const { argumentsHash } = waiting.approvals[0];
		expect((await decide(ada, waiting, "approve", { argumentsHash })).status).toBe(200);
		for (const again of ["approve", "deny"]) await expectProblem(await decide(ada, waiting, again), 409, "conflict");
		await until(ada, waiting, { status: "completed" });
		await expectProblem(await decide(ada, waiting, "approve"), 409, "conflict");
	});

	test.each<[string, Json]>([
		["approve", 42],
		["deny", "approval_denied"],
	])("a tool that requires approval is called when a person allows it: %s", async (decision, output) => {
		const buy = await newTool(ada, "return p.n * 2;", needsApproval);
		const nodes = [tool("buy", buy, { n: "{{ input.n }}" }), value("no", "{{ nodes.buy.error.code }}")];
		const waiting = await run(ada, { nodes, edges: [onError("buy", "no")], input: { n: 21 } });
		expect(waiting).toMatchObject({
			...{ status: "waiting", currentNode: "buy" },
			approvals: [{ node: "buy", data: { toolId: buy, arguments: { n: 21 } } }],
		});
		const { argumentsHash } = waiting.approvals[0];
		expect((await decide(ada, waiting, decision, { argumentsHash })).status).toBe(200);
		await until(ada, waiting, { status: "completed", output });
		await expectProblem(await decide(ada, waiting, decision), 409, "conflict");
		const allowed = nodesOf(await eventsOf(ada, waiting), "node.allowed");
		expect(allowed).toEqual(decision === "approve" ? ["buy"] : []);
	});

	test("a tool that has changed since is asked for again", async () => {
		const buy = await newTool(ada, "return 'old';", needsApproval);
		const waiting = await run(ada, { nodes: [tool("buy", buy)] });
		await ada.call("PATCH", `/api/v1/tools/${buy}`, { source: "export function run() { return 'new'; }" });
		await decide(ada, waiting, "approve");
		const asked = await vi.waitFor(async () => {
			const found = await ada.call("GET", executionPath(waiting));
			expect(found.approvals).toHaveLength(1);
			expect(found.approvals[0].id).not.toBe(waiting.approvals[0].id);
			return found;
		}, 5_000);
		expect(asked.status).toBe("waiting");
		await decide(ada, asked, "approve");
		await until(ada, asked, { status: "completed", output: "new" });
	});

	test("what an agent's tool, or a sub-workflow, asks for is decided at the execution", async () => {
		const name = `buy_${Date.now()}`;
		const buy = await newTool(ada, "return 'bought';", { ...needsApproval, name });
		const agentId = await newAgent(ada, [{ call: name }, { say: "It was {{result}}." }], [buy]);
		const { id: workflowId } = await newWorkflow(ada, { nodes: [ask] });
		const rows: Array<[object, object]> = [
			[node("talk", "agent", { agentId, message: "Buy." }), { response: expect.stringContaining("bought") as string }],
			[node("sub", "sub_workflow", { workflowId }), { approved: true, by: ada.id }],
		];
		for (const [asker, output] of rows) {
			const begun = await begin(ada, { nodes: [asker] });
			const waiting = await until(ada, begun, { status: "waiting", approvals: [{ id: expect.any(String) as string }] });
			expect((await decide(ada, waiting, "approve")).status).toBe(200);
			await until(ada, begun, { status: "completed", output });
			await expectProblem(await decide(ada, waiting, "approve"), 409, "conflict");
		}
	});
});

describe("triggers", () => {
	const sendTo = async ({ webhookPath, secret }: Json, id: string, body = '{"n":21}', offset = 0) => {
		const at = new Date(Date.now() + offset);
		const headers = {
			"webhook-id": id,
			"webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
			"webhook-signature": new Webhook(secret).sign(id, at, body),
		};
		return await fetch(`${instance.url}${webhookPath}`, { method: "POST", headers, body });
	};

	test("a signed webhook begins one execution, however often it comes; a wrong or old one none", async () => {
		const { id } = await newWorkflow(ada, echo);
		const hook = await newTrigger(id, { type: "webhook" }, { n: 1, from: "shop" });
		const answers = await Promise.all([1, 2, 3].map(() => sendTo(hook, "msg_1")));
		const ids = await Promise.all(answers.map((answer) => answer.json<Json>()));
		expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
		const [first] = ids;
		expect(ids).toEqual([first, first, first]);
		await expectProblem(
			await sendTo({ ...hook, secret: `whsec_${btoa("x".repeat(32))}` }, "msg_2"),
			401,
			"unauthenticated",
		);
		await expectProblem(await sendTo(hook, "msg_3", "{}", -302_000), 401, "unauthenticated");
		expect(await until(ada, first, { status: "completed" })).toMatchObject({
			...{ workflowId: id, output: { n: 21, from: "shop" } },
			trigger: { triggerId: hook.id, type: "webhook", cause: "msg_1" },
		});
		expect(await onlyOneOf(id)).toMatchObject({ executionId: first.executionId });
		const rotated = await ada.call("PATCH", `/api/v1/workflows/${id}/triggers/${hook.id}`, { rotateSecret: true });
		await expectProblem(await sendTo(hook, "msg_4"), 401, "unauthenticated");
		const body = await (await sendTo({ ...hook, secret: rotated.secret }, "msg_5", "[1]")).json<Json>();
		await until(ada, body, { status: "completed", output: { n: 1, from: "shop", body: [1] } });
	});

	test("the end of an execution begins another workflow, where it is an end that counts", async () => {
		const source = await newWorkflow(ada, asking);
		const target = await newWorkflow(ada, echo);
		const made = await newTrigger(target.id, { type: "event", workflowId: source.id, on: ["completed"] }, { a: 1 });
		const [cancelled, done] = [
			await run(ada, { workflowId: source.id }),
			await run(ada, { workflowId: source.id, input: { n: 2 } }),
		];
		await steer(ada, cancelled, "cancel");
		await decide(ada, done, "approve");
		const { executionId } = done;
		expect(await onlyOneOf(target.id)).toMatchObject({
			trigger: { triggerId: made.id, type: "event", cause: executionId },
			output: { a: 1, execution: { executionId, workflowId: source.id, status: "completed", output: { n: 2 } } },
		});
	});

	test("a trigger is listed, switched off and deleted", async () => {
		const { id } = await newWorkflow(ada, echo);
		const path = `/api/v1/workflows/${id}/triggers`;
		const hook = await newTrigger(id, { type: "webhook" });
		const { secret, ...shown } = hook;
		expect(secret).toMatch(/^whsec_/);
		expect(await ada.call("GET", path)).toEqual({ triggers: [shown] });
		expect(await ada.call("PATCH", `${path}/${hook.id}`, { enabled: false })).toMatchObject({ enabled: false });
		await expectProblem(await sendTo(hook, "msg_1"), 404, "not_found");
		await ada.call("DELETE", `${path}/${hook.id}`);
		await expectProblem(await ada.fetch("GET", `${path}/${hook.id}`), 404, "not_found");
	});

	test("a schedule knows its next time, in its time zone", async () => {
		const { id } = await newWorkflow(ada, echo);
		const daily = await newTrigger(id, { type: "schedule", cron: "30 9 * * *", timeZone: "Asia/Tokyo" });
		const next = new Date(daily.nextRunAt);
		expect([next.getUTCHours(), next.getUTCMinutes(), next.getUTCSeconds()]).toEqual([0, 30, 0]);
		expect(next.getTime() - Date.now()).toBeLessThanOrEqual(86_400_000);
		expect(next.getTime()).toBeGreaterThan(Date.now());
	});
});

describe("others", () => {
	const verbs: Array<[string, object?]> = [
		...([["cancel"], ["pause"], ["resume"], ["retry", {}], ["fork", {}]] as Array<[string, object?]>),
		["events", { name: "x" }],
		["approvals/apr_x", { decision: "approve" }],
	];

	test("another person's workflow, execution and triggers are not there", async () => {
		const { id } = await newWorkflow(ada, asking);
		const hook = await newTrigger(id, { type: "webhook" });
		const waiting = await run(ada, { workflowId: id });
		const workflow = `/api/v1/workflows/${id}`;
		const requests: Array<[string, string, object?]> = [
			["GET", workflow],
			["PATCH", workflow, { name: "Mine" }],
			["DELETE", workflow],
			["GET", `${workflow}/versions`],
			["GET", `${workflow}/graph`],
			["POST", `/api/v1/workflows/templates/${id}/instantiate`, {}],
			["GET", `${workflow}/triggers`],
			["POST", `${workflow}/triggers`, { config: { type: "webhook" } }],
			["GET", `${workflow}/triggers/${hook.id}`],
			["PATCH", `${workflow}/triggers/${hook.id}`, { enabled: false }],
			["DELETE", `${workflow}/triggers/${hook.id}`],
			["POST", "/api/v1/workflows/execute", { workflowId: id }],
			...["", "stream", "graph"].map((part): [string, string] => ["GET", executionPath(waiting, part)]),
			...verbs.map(([verb, body]): [string, string, object?] => ["POST", executionPath(waiting, verb), body]),
			["POST", executionPath(waiting, `approvals/${waiting.approvals[0].id}`), { decision: "approve" }],
		];
		for (const request of requests) {
			const answer = await bob.fetch(...request);
			expect([...request.slice(0, 2), answer.status]).toEqual([...request.slice(0, 2), 404]);
		}
		expect(await ada.call("GET", executionPath(waiting))).toEqual(waiting);
		expect(JSON.stringify(await bob.call("GET", "/api/v1/workflows"))).not.toContain(id);
		const nodes = [node("sub", "sub_workflow", { workflowId: id })];
		await expectProblem(await execute(bob, { nodes }), 422, "invalid_input");
	});

	test("a shared workflow is run by everybody, each his own executions, and changed by its owner", async () => {
		const { id } = await newWorkflow(ada, { ...echo, shared: true, status: "active" });
		const done = await run(bob, { workflowId: id, input: { n: 1 } });
		expect(done).toMatchObject({ status: "completed", output: { n: 1 } });
		expect((await ada.fetch("GET", executionPath(done))).status).toBe(404);
		await expectProblem(await bob.fetch("PATCH", `/api/v1/workflows/${id}`, { name: "Mine" }), 403, "forbidden");
		await ada.call("PATCH", `/api/v1/workflows/${id}`, { status: "draft" });
		await expectProblem(await execute(bob, { workflowId: id }), 409, "conflict");
	});

	test("an admin sees everybody's, and what he forks stays its owner's", async () => {
		const admin = await newPerson(instance, "admin");
		const path = `notes/${crypto.randomUUID()}.txt`;
		const done = await run(ada, { nodes: [tool("write", "file_write", { path, content: "x" })] });
		expect(await admin.call("GET", executionPath(done))).toEqual(done);
		const fork = await steer(admin, done, "fork", { node: "write" });
		await until(ada, fork, { status: "completed" });
		const files = async (api: ApiClient) =>
			await api.call("POST", "/api/v1/tools/file_list/execute", { parameters: {} });
		expect(JSON.stringify(await files(ada))).toContain(path);
		expect(JSON.stringify(await files(admin))).not.toContain(path);
	});

	test("a viewer changes nothing, neither a workflow nor by a tool in one, and sees nobody's executions", async () => {
		const { id } = await newWorkflow(ada, { ...asking, shared: true, status: "active" });
		const waiting = await run(ada, { workflowId: id });
		expect((await viewer.fetch("GET", `/api/v1/workflows/${id}`)).status).toBe(200);
		expect((await listed(viewer, "limit=1")).executions).toEqual([]);
		const writes: Array<[string, string, object?]> = [
			["POST", "/api/v1/workflows", { name: "Mine", edges: [], ...echo }],
			["PATCH", `/api/v1/workflows/${id}`, { name: "Mine" }],
			["DELETE", `/api/v1/workflows/${id}`],
			["POST", `/api/v1/workflows/${id}/triggers`, { config: { type: "webhook" } }],
		];
		for (const request of writes) await expectProblem(await viewer.fetch(...request), 403, "forbidden");
		for (const [verb, body] of verbs) {
			await expectProblem(await viewer.fetch("POST", executionPath(waiting, verb), body), 404, "not_found");
		}
		const write = await execute(
			viewer,
			{ nodes: [tool("w", "file_write", { path: "a.txt", content: "x" })] },
			{ prefer: "wait=10" },
		);
		const { error, ...refused } = await write.json<Json>();
		expect(error?.code ?? refused.code).toBe("forbidden");
	});

	test("without a token there is nothing", async () => {
		const anonymous = new ApiClient(instance.url);
		const answers = [await execute(anonymous, echo), await anonymous.fetch("GET", "/api/v1/workflows/executions")];
		expect(answers.map(({ status }) => status)).toEqual([401, 401]);
	});
});

test("a schedule begins an execution when its minute comes, and plans the next", { timeout: 80_000 }, async () => {
	const { id, workflowId, nextRunAt } = minutely;
	const fired = await vi.waitFor(
		async () => {
			const { executions } = await listed(ada, `workflowId=${workflowId}&limit=100`);
			expect(executions.at(-1)).toMatchObject({ status: "completed" });
			return executions.at(-1);
		},
		{ timeout: 75_000, interval: 500 },
	);
	const scheduledTime = new Date(nextRunAt).toISOString();
	expect(fired).toMatchObject({
		output: { list: "daily", scheduledTime },
		trigger: { triggerId: id, type: "schedule", cause: scheduledTime },
	});
	const late = Date.parse(fired.startTime) - Date.parse(nextRunAt);
	expect(late).toBeGreaterThanOrEqual(0);
	expect(late).toBeLessThan(15_000);
	const path = `/api/v1/workflows/${workflowId}/triggers/${id}`;
	await vi.waitFor(async () => {
		const after = await ada.call("GET", path);
		expect(after).toMatchObject({ lastExecutionId: expect.any(String) as string });
		expect(Date.parse(after.nextRunAt)).toBeGreaterThan(Date.parse(nextRunAt));
	}, 5_000);
	await ada.call("DELETE", path);
});
