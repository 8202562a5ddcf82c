import { env } from "cloudflare:workers";
import { evictDurableObject } from "cloudflare:test";
import { describe, expect, test, vi } from "vitest";
import type { WorkflowExecution } from "#workflow-engine/execution-schema";
import { homeOf } from "#run/run-id";
import { asCaller } from "../../test/support/as-caller.ts";
import {
	agent,
	approval,
	begin,
	edge,
	eventsOf,
	execute,
	execution,
	expectJson,
	expectProblem,
	fixtures,
	newWorkflow,
	reached,
	run,
	steer,
	tool,
	twoSteps,
	value,
} from "./testing.ts";

const ada = asCaller("usr_ada");
const bob = asCaller("usr_bob");

const unique = () => crypto.randomUUID();
const madeFor = async (id: string) => (await fixtures.TOOLS.made()).filter(({ input }) => input["id"] === id);

/** The object that is home to the execution leaves memory; storage has to win. */
async function evict(executionId: string): Promise<void> {
	await evictDurableObject(env.WORKFLOW_RUNS.getByName(homeOf(executionId)));
}

test("an inline graph runs to its end, and every node tells of itself", async () => {
	const done = await run(ada, { ...twoSteps, input: { n: 21 } });
	expect(done).toMatchObject({
		status: "completed",
		output: 42,
		nodeStates: {
			start: { status: "completed", output: { n: 21 } },
			first: { status: "completed", output: { n: 21 }, retryCount: 0 },
			second: { status: "completed", output: 42 },
		},
		variables: {},
	});
	expect(await execution(ada, done.executionId)).toEqual(done);
	expect((await eventsOf(ada, done.executionId)).map(({ event }) => event)).toEqual([
		"run.started",
		"node.completed",
		"node.completed",
		"node.completed",
		"run.completed",
	]);
});

test("a stored workflow runs as it was when it began", async () => {
	const { id, version } = await newWorkflow(ada, {
		nodes: [approval("ask"), value("out", "old")],
		edges: [edge("ask", "out")],
	});
	const waiting = await run(ada, { workflowId: id });
	expect(waiting).toMatchObject({ workflowId: id, version, status: "waiting" });
	await expectJson(
		await ada.send("PATCH", `/api/v1/workflows/${id}`, { nodes: [value("out", "new")], edges: [] }),
		200,
	);
	const { id: approvalId } = waiting.approvals![0]!;
	await expectJson(await steer(ada, waiting.executionId, `approvals/${approvalId}`, { decision: "approve" }), 200);
	expect(await reached(ada, waiting.executionId, "completed")).toMatchObject({ output: "old" });
	expect(await run(ada, { workflowId: id })).toMatchObject({ output: "new" });
	expect(await run(ada, { workflowId: id, version })).toMatchObject({ status: "waiting" });
});

test("without a wish to wait the answer comes at once, and the execution goes on", async () => {
	const id = await begin(ada, { nodes: [tool("slow", "slow", { ms: 100 })] });
	expect(await execution(ada, id)).toMatchObject({ status: "running", currentNode: "slow" });
	expect(await reached(ada, id, "completed")).toMatchObject({ output: { ms: 100 } });
});

test("another person's execution is not there", async () => {
	const { executionId } = await run(ada, twoSteps);
	for (const verb of ["cancel", "pause", "resume"])
		await expectProblem(await steer(bob, executionId, verb), 404, "not_found");
	await expectProblem(await bob.get(`/api/v1/workflows/executions/${executionId}`), 404, "not_found");
	await expectProblem(await steer(bob, executionId, "fork", {}), 404, "not_found");
});

test("one Idempotency-Key is one execution", async () => {
	const headers = { "idempotency-key": unique(), prefer: "wait=5" };
	const answers = await Promise.all(
		Array.from({ length: 20 }, () => execute(ada, { ...twoSteps, input: { n: 1 } }, headers)),
	);
	const ids = await Promise.all(answers.map(async (answer) => (await answer.json<WorkflowExecution>()).executionId));
	expect(new Set(ids).size).toBe(1);
	await expectProblem(await execute(ada, { ...twoSteps, input: { n: 2 } }, headers), 422, "idempotency_key_reused");
});

describe("nodes that call", () => {
	test("tools are called as whoever runs the workflow, under the step's key, in its trace", async () => {
		const id = unique();
		const done = await run(ada, { nodes: [tool("call", "echo", { id })] });
		expect(done).toMatchObject({
			status: "completed",
			output: { id },
			nodeStates: { call: { input: { toolId: "echo" } } },
		});
		const [made, ...more] = await madeFor(id);
		expect(more).toEqual([]);
		expect(made).toMatchObject({ key: `${done.executionId}:call`, userId: "usr_ada" });
		expect(made!.traceparent).toContain(done.traceId);
	});

	test("agents answer, also when they take long", async () => {
		const nodes = [agent("quick", "agt_echo", "Hello {{ input.name }}"), agent("slow", "agt_slow", "Take your time")];
		expect(await run(ada, { nodes, input: { name: "Ada" } })).toMatchObject({
			status: "completed",
			nodeStates: {
				quick: { output: { response: "You said: Hello Ada", sessionId: "ses_1" } },
				slow: { output: { response: "You said: Take your time" } },
			},
		});
	});

	test("a message is what came in where the node has none", async () => {
		const nodes = [value("say", "from before"), { id: "a", type: "agent", config: { agentId: "agt_echo" } }];
		const { output } = await run(ada, { nodes, edges: [edge("say", "a")] });
		expect(output).toMatchObject({ response: "You said: from before" });
	});

	test("an agent that fails is tried again as another run", async () => {
		const failed = await run(ada, { nodes: [agent("a", "agt_fails", "x", { retry: { maxAttempts: 2, delay: 1 } })] });
		expect(failed).toMatchObject({
			status: "failed",
			error: { code: "provider_error" },
			nodeStates: { a: { retryCount: 1 } },
		});
	});

	test("an agent's call that a person has to allow is decided at the execution", async () => {
		const waiting = await run(ada, { nodes: [agent("a", "agt_asks", "Buy it")] });
		expect(waiting).toMatchObject({
			status: "waiting",
			approvals: [{ node: "a", data: { toolId: "echo" }, argumentsHash: "h" }],
		});
		const decide = () =>
			steer(ada, waiting.executionId, `approvals/${waiting.approvals![0]!.id}`, { decision: "approve" });
		await expectJson(await decide(), 200);
		const done = await reached(ada, waiting.executionId, "completed");
		expect(done.output).toMatchObject({ response: "approve: Buy it" });
		await expectProblem(await decide(), 409, "conflict");
	});

	test("a sub-workflow is an execution of its own", async () => {
		const { id } = await newWorkflow(ada);
		const nodes = [{ id: "sub", type: "sub_workflow", config: { workflowId: id, input: { n: "{{ input.n + 1 }}" } } }];
		const done = await run(ada, { nodes, input: { n: 1 } });
		expect(done).toMatchObject({ status: "completed", output: 4 });
		const { executions } = await vi.waitFor(async () => {
			const list = await ada.get(`/api/v1/workflows/executions?workflowId=${id}`);
			const found = await expectJson<{ executions: WorkflowExecution[] }>(list, 200);
			expect(found.executions).toMatchObject([{ status: "completed" }]);
			return found;
		});
		expect(executions[0]).toMatchObject({ parent: { executionId: done.executionId, node: "sub" }, output: 4 });
	});

	test("what waits inside a sub-workflow is decided at either execution", async () => {
		const { id } = await newWorkflow(ada, { nodes: [approval("ask")], edges: [] });
		const nodes = [{ id: "sub", type: "sub_workflow", config: { workflowId: id } }];
		const executionId = await begin(ada, { nodes });
		const waiting = await vi.waitFor(async () => {
			const found = await execution(ada, executionId);
			expect(found.approvals).toHaveLength(1);
			return found;
		}, 5_000);
		await expectJson(
			await steer(ada, executionId, `approvals/${waiting.approvals![0]!.id}`, { decision: "approve" }),
			200,
		);
		expect(await reached(ada, executionId, "completed")).toMatchObject({ output: { approved: true, by: "usr_ada" } });
	});

	test("workflows that contain each other for ever meet a limit", async () => {
		const { id } = await newWorkflow(ada, { nodes: [value("x", 1)], edges: [] });
		const nodes = [{ id: "again", type: "sub_workflow", config: { workflowId: id } }];
		await expectJson(await ada.send("PATCH", `/api/v1/workflows/${id}`, { nodes, edges: [] }), 200);
		expect(await run(ada, { workflowId: id })).toMatchObject({ status: "failed", error: { code: "tool_failed" } });
	});
});

test("a thousand branches call a tool side by side", async () => {
	const id = unique();
	const branches = Array.from({ length: 1_000 }, (_, n) => tool(`t${n}`, "echo", { id, n }));
	const nodes = [
		{ id: "go", type: "parallel" },
		...branches,
		{ id: "met", type: "merge", config: { reducer: "list" } },
	];
	const edges = branches.flatMap((branch) => [edge("go", branch.id), edge(branch.id, "met")]);
	const done = await run(ada, { nodes, edges, options: { parallelLimit: 1_000 } });
	expect(done.status).toBe("completed");
	expect((done.output as Array<{ n: number }>).map(({ n }) => n)).toEqual(branches.map((_, n) => n));
	expect(await madeFor(id)).toHaveLength(1_000);
});

describe("waiting", () => {
	test("for a time", async () => {
		const nodes = [{ id: "nap", type: "wait", config: { duration: 50 } }, value("out", "awake")];
		const done = await run(ada, { nodes, edges: [edge("nap", "out")] });
		expect(done).toMatchObject({ output: "awake" });
		expect(done.nodeStates["nap"]!.executionTime).toBeGreaterThanOrEqual(50);
	});

	test("until a time, which the object's alarm keeps when the execution has left memory", async () => {
		const until = new Date(Date.now() + 6_500).toISOString();
		const nodes = [{ id: "nap", type: "wait", config: { until: "{{ input.until }}" } }];
		const id = await begin(ada, { nodes, input: { until } });
		expect(await reached(ada, id, "waiting")).toMatchObject({
			currentNode: "nap",
			nodeStates: { nap: { waitingFor: { for: "time" } } },
		});
		await evict(id);
		const { endTime } = await vi.waitFor(
			async () => {
				const found = await execution(ada, id);
				expect(found.status).toBe("completed");
				return found;
			},
			{ timeout: 15_000, interval: 200 },
		);
		expect(Date.parse(endTime!) - Date.parse(until)).toBeGreaterThanOrEqual(0);
		expect(Date.parse(endTime!) - Date.parse(until)).toBeLessThan(5_000);
	}, 20_000);

	test("for an event, sent before or after", async () => {
		const nodes = [
			{ id: "go", type: "wait", config: { duration: 30 } },
			{ id: "paid", type: "wait", config: { event: "paid-{{ input.order }}" } },
		];
		const graph = { nodes, edges: [edge("go", "paid")], input: { order: 7 } };
		for (const isEarly of [true, false]) {
			const id = await begin(ada, graph);
			if (!isEarly)
				await vi.waitFor(async () => expect((await execution(ada, id)).nodeStates["paid"]!.status).toBe("waiting"));
			await expectJson(await steer(ada, id, "events", { name: "paid-7", data: { sum: 3 } }), 200);
			expect(await reached(ada, id, "completed")).toMatchObject({ output: { sum: 3 } });
		}
	});

	test("an event that never comes is a failure in its time", async () => {
		const nodes = [{ id: "paid", type: "wait", config: { event: "paid", timeout: 50 } }];
		expect(await run(ada, { nodes })).toMatchObject({ status: "failed", error: { code: "limit_exceeded" } });
	});

	test("a denial is a failure with its reason, and has its branch", async () => {
		const nodes = [approval("ask", { data: { sum: "{{ input.sum }}" } }), value("no", "{{ nodes.ask.error.message }}")];
		const waiting = await run(ada, { nodes, edges: [edge("ask", "no", { type: "error" })], input: { sum: 9 } });
		const [asked] = waiting.approvals!;
		expect(asked).toMatchObject({ node: "ask", title: "May it?", data: { sum: 9 } });
		const path = `approvals/${asked!.id}`;
		const wrong = await steer(ada, waiting.executionId, path, { decision: "approve", argumentsHash: "other" });
		await expectProblem(wrong, 409, "conflict");
		await expectProblem(await steer(bob, waiting.executionId, path, { decision: "approve" }), 404, "not_found");
		await evict(waiting.executionId);
		await expectJson(await steer(ada, waiting.executionId, path, { decision: "deny", reason: "Too much." }), 200);
		expect(await reached(ada, waiting.executionId, "completed")).toMatchObject({ output: "Too much." });
		await expectProblem(await steer(ada, waiting.executionId, path, { decision: "approve" }), 409, "conflict");
		await expectProblem(
			await steer(ada, waiting.executionId, "approvals/apr_x", { decision: "approve" }),
			409,
			"conflict",
		);
	});
});

describe("steering", () => {
	test("a paused execution finishes what works, and holds until it is resumed, evicted or not", async () => {
		const nodes = [tool("slow", "slow", { ms: 150 }), value("after", "done")];
		const id = await begin(ada, { nodes, edges: [edge("slow", "after")] });
		await expectJson(await steer(ada, id, "pause"), 200);
		const paused = await vi.waitFor(async () => {
			const found = await execution(ada, id);
			expect(found.nodeStates).toMatchObject({ slow: { status: "completed" }, after: { status: "pending" } });
			return found;
		});
		expect(paused.status).toBe("paused");
		await evict(id);
		expect(await execution(ada, id)).toMatchObject({ status: "paused", nodeStates: { after: { status: "pending" } } });
		await expectJson(await steer(ada, id, "resume"), 200);
		expect(await reached(ada, id, "completed")).toMatchObject({ output: "done" });
		await expectProblem(await steer(ada, id, "resume"), 409, "conflict");
	});

	test("cancelling stops what works and undoes what was done", async () => {
		const id = unique();
		const undone = { compensation: { toolId: "echo", parameters: { id, undo: "{{ output.n }}" } } };
		const nodes = [tool("done", "echo", { id, n: 1 }, undone), agent("slow", "agt_slow", id)];
		const executionId = await begin(ada, { nodes, edges: [edge("done", "slow")] });
		await vi.waitFor(async () => expect((await execution(ada, executionId)).currentNode).toBe("slow"));
		await expectJson(await steer(ada, executionId, "cancel"), 200);
		expect(await reached(ada, executionId, "cancelled")).toMatchObject({
			nodeStates: { done: { status: "completed" } },
		});
		expect((await madeFor(id)).map(({ input }) => input)).toEqual([
			{ id, n: 1 },
			{ id, undo: 1 },
		]);
		await vi.waitFor(async () =>
			expect(await fixtures.AGENTS.statuses()).toContainEqual({ message: id, status: "cancelled" }),
		);
		expect(await expectJson(await steer(ada, executionId, "cancel"), 200)).toMatchObject({ status: "cancelled" });
	});

	test("cancelling what waits ends it", async () => {
		const { executionId } = await run(ada, { nodes: [approval("ask")] });
		expect(await expectJson(await steer(ada, executionId, "cancel"), 200)).toMatchObject({ status: "cancelled" });
	});

	test("a failed execution is tried again with what it has", async () => {
		const id = unique();
		const nodes = [tool("first", "echo", { id }), tool("second", "flaky", { id: `${id}-2`, times: 1 })];
		const failed = await run(ada, { nodes, edges: [edge("first", "second")] });
		expect(failed).toMatchObject({ status: "failed", error: { code: "service_unavailable" } });
		const again = await expectJson<WorkflowExecution>(await steer(ada, failed.executionId, "retry", {}), 202);
		expect(again.source).toEqual({ executionId: failed.executionId, kind: "retry" });
		expect(await reached(ada, again.executionId, "completed")).toMatchObject({ output: { id: `${id}-2` } });
		expect(await madeFor(id)).toHaveLength(1);
		await expectProblem(await steer(ada, again.executionId, "retry", {}), 409, "conflict");
	});

	test("a fork runs a node and what follows with other variables", async () => {
		const id = unique();
		const nodes = [
			tool("first", "echo", { id }),
			value("second", "{{ variables.rate }}"),
			value("third", "{{ nodes.second.output + 1 }}"),
		];
		const done = await run(ada, {
			nodes,
			edges: [edge("first", "second"), edge("second", "third")],
			variables: { rate: 1 },
		});
		expect(done.output).toBe(2);
		const fork = await expectJson<WorkflowExecution>(
			await steer(ada, done.executionId, "fork", { node: "second", variables: { rate: 41 } }),
			202,
		);
		expect(await reached(ada, fork.executionId, "completed")).toMatchObject({ output: 42, variables: { rate: 41 } });
		expect(await madeFor(id)).toHaveLength(1);
		const unknown = await steer(ada, done.executionId, "fork", { node: "nowhere" });
		expect((await expectProblem(unknown, 422, "invalid_input")).errors).toMatchObject([{ pointer: "/node" }]);
	});

	test("the graph is drawn with the states of its nodes", async () => {
		const { executionId } = await run(ada, { ...twoSteps, input: { n: 1 } });
		const path = `/api/v1/workflows/executions/${executionId}/graph`;
		const drawn = await ada.get(path, { accept: "text/vnd.mermaid" });
		expect(drawn.headers.get("content-type")).toContain("text/vnd.mermaid");
		expect(await drawn.text()).toMatch(/^flowchart TD/);
		expect(await expectJson(await ada.get(path), 200)).toMatchObject({
			nodeStates: { first: { status: "completed" } },
		});
	});
});

describe("what cannot run", () => {
	test.each([
		["no nodes", { nodes: [] }],
		["an unknown type", { nodes: [{ id: "a", type: "teleport", config: {} }] }],
		["twice the same id", { nodes: [value("a", 1), value("a", 2)] }],
		["a cycle", { nodes: [value("a", 1), value("b", 2)], edges: [edge("a", "b"), edge("b", "a")] }],
		["an edge to nowhere", { nodes: [value("a", 1)], edges: [edge("a", "b")] }],
		["an expression that does not parse", { nodes: [{ id: "c", type: "condition", config: { condition: "1 +" } }] }],
		["a tool that is not there", { nodes: [tool("t", "nothing")] }],
		["an agent that is not there", { nodes: [agent("t", "agt_nobody", "x")] }],
		["a workflow that is not there", { nodes: [{ id: "s", type: "sub_workflow", config: { workflowId: "wfl_x" } }] }],
	])("%s is refused with its place", async (_, graph) => {
		const { errors } = await expectProblem(await execute(ada, graph), 422, "invalid_input");
		expect(errors!.length).toBeGreaterThan(0);
		for (const { pointer } of errors!) expect(pointer).toMatch(/^\/(nodes|edges)/);
	});

	test("another person's workflow", async () => {
		const { id } = await newWorkflow(ada);
		await expectProblem(await execute(bob, { workflowId: id }), 404, "not_found");
		const nodes = [{ id: "s", type: "sub_workflow", config: { workflowId: id } }];
		await expectProblem(await execute(bob, { nodes }), 422, "invalid_input");
	});

	test("an input that is too large", async () => {
		const response = await execute(ada, { ...twoSteps, input: { text: "x".repeat(2 * 1024 * 1024) } });
		expect([413, 422]).toContain(response.status);
	});
});
