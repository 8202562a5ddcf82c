/** What may be done to executions, and what becomes of those that are large. */
import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { expect, test, vi } from "vitest";
import { homeOf } from "#run/run-id";
import type { WorkflowExecution } from "#workflow-engine/execution-schema";
import { asCaller } from "../../test/support/as-caller.ts";
import {
	agent,
	approval,
	begin,
	edge,
	execution,
	expectJson,
	expectProblem,
	fixtures,
	reached,
	run,
	steer,
	tool,
	value,
} from "./testing.ts";

const ada = asCaller("usr_ada_review");
const root = asCaller("usr_root", "admin");
const unique = () => crypto.randomUUID();

test("several branches that each end with a long output", async () => {
	const text = "x".repeat(390_000);
	const nodes = Array.from({ length: 6 }, (_, i) => value(`n${i}`, "{{ input.text }}"));
	expect(await run(ada, { nodes, input: { text } })).toMatchObject({ status: "completed" });
});

test("long variables and a long output of a small graph", async () => {
	const nodes = [value("out", "{{ input.text }}")];
	const done = await run(ada, { nodes, input: { text: "x".repeat(390_000) }, variables: { v: "x".repeat(900_000) } });
	expect(done).toMatchObject({ status: "completed" });
});

test("a write that fails leaves the other executions of the object alone", async () => {
	const message = unique();
	const nodes = [agent("slow", "agt_slow", message)];
	const id = await begin(ada, { nodes });
	await vi.waitFor(async () => expect((await execution(ada, id)).currentNode).toBe("slow"));
	await failAWrite(id);
	await expectJson(await steer(ada, id, "cancel"), 200);
	await vi.waitFor(
		async () => expect(await fixtures.AGENTS.statuses()).toContainEqual({ message, status: "cancelled" }),
		{ timeout: 2_000 },
	);
});

test("an event after a write has failed reaches the execution at work", async () => {
	const nodes = [tool("slow", "slow", { ms: 500 }), { id: "paid", type: "wait", config: { event: "paid" } }];
	const id = await begin(ada, { nodes, edges: [edge("slow", "paid")] });
	await vi.waitFor(async () => expect((await execution(ada, id)).currentNode).toBe("slow"));
	await failAWrite(id);
	await expectJson(await steer(ada, id, "events", { name: "paid", data: 1 }), 200);
	await reached(ada, id, "completed");
}, 15_000);

test("a fork too large for its row is refused", async () => {
	const { executionId } = await run(ada, { nodes: [value("a", 1)], variables: { v: "ü".repeat(450_000) } });
	const fork = await steer(ada, executionId, "fork", { input: { text: "ü".repeat(520_000) } });
	await expectProblem(fork, 413, "payload_too_large");
});

test("the input of a fork has to fit the workflow", async () => {
	const start = {
		id: "start",
		type: "start",
		config: { inputSchema: { type: "object", required: ["n"], properties: { n: { type: "number" } } } },
	};
	const { executionId } = await run(ada, {
		nodes: [start, value("a", "{{ input.n }}")],
		edges: [edge("start", "a")],
		input: { n: 1 },
	});
	await expectProblem(await steer(ada, executionId, "fork", { input: { n: "text" } }), 422, "invalid_input");
});

test("nothing is decided in an execution that is being undone", async () => {
	const nodes = [
		tool("done", "echo", {}, { compensation: { toolId: "slow", parameters: { ms: 700 } } }),
		agent("asks", "agt_asks", unique()),
	];
	const waiting = await run(ada, { nodes, edges: [edge("done", "asks")] });
	const [asked] = waiting.approvals!;
	await expectJson(await steer(ada, waiting.executionId, "cancel"), 200);
	const decided = await steer(ada, waiting.executionId, `approvals/${asked!.id}`, { decision: "approve" });
	await expectProblem(decided, 409, "conflict");
});

test("what a failed round has asked for is no more to be decided", async () => {
	const body = {
		nodes: [approval("ask"), tool("t", "slow", { ms: 50 }), value("bad", "{{ item.x.y }}")],
		edges: [edge("t", "bad")],
	};
	const loop = { id: "l", type: "loop", config: { items: [1], continueOnError: true, body } };
	const nodes = [loop, { id: "nap", type: "wait", config: { duration: 60_000 } }];
	const id = await begin(ada, { nodes, edges: [edge("l", "nap")] });
	const found = await vi.waitFor(async () => {
		const found = await execution(ada, id);
		expect(found.nodeStates["nap"]!.status).toBe("waiting");
		expect(found.status).toBe("waiting");
		return found;
	});
	expect.soft(found.approvals ?? []).toEqual([]);
	const [asked] = found.approvals ?? [];
	if (asked)
		await expectProblem(await steer(ada, id, `approvals/${asked.id}`, { decision: "approve" }), 409, "conflict");
});

test("an execution that an admin tries again acts as its owner", async () => {
	const id = unique();
	const { executionId } = await run(ada, { nodes: [tool("t", "echo", { id })] });
	const fork = await expectJson<WorkflowExecution>(await steer(root, executionId, "fork", { node: "t" }), 202);
	await reached(root, fork.executionId, "completed");
	const made = (await fixtures.TOOLS.made()).filter(({ input }) => input["id"] === id);
	expect(made.map(({ userId }) => userId)).toEqual(["usr_ada_review", "usr_ada_review"]);
});

test("an execution of many long outputs is shown", async () => {
	const nodes = Array.from({ length: 100 }, (_, i) => value(`n${i}`, "{{ input.text }}"));
	const edges = nodes.slice(1).map(({ id }, i) => edge(`n${i}`, id));
	const id = await begin(ada, { nodes, edges, input: { text: "x".repeat(390_000) } });
	await vi.waitFor(
		async () => {
			const answer = await ada.get(`/api/v1/workflows/executions/${id}`);
			expect(answer.status).toBe(200);
			expect((await answer.json<WorkflowExecution>()).status).toBe("completed");
		},
		{ timeout: 20_000, interval: 1_000 },
	);
}, 30_000);

test("the states of an execution whose events are past retention are not told wrongly", async () => {
	const nodes = [value("a", "{{ input.text }}"), value("b", 1)];
	const { executionId } = await run(ada, { nodes, edges: [edge("a", "b")], input: { text: "x".repeat(390_000) } });
	await runInDurableObject(env.WORKFLOW_RUNS.getByName(homeOf(executionId)), (instance) =>
		(instance as unknown as { log: { trim(before: number): void } }).log.trim(Date.now() + 1_000),
	);
	expect(await execution(ada, executionId)).toMatchObject({
		nodeStates: { a: { status: "completed" }, b: { status: "completed" } },
	});
});

/** In the object of the execution. */
async function failAWrite(id: string): Promise<void> {
	const home = env.WORKFLOW_RUNS.getByName(homeOf(id));
	await runInDurableObject(home, (instance) => {
		const { log } = instance as unknown as { log: { transaction(change: () => void): void } };
		expect(() =>
			log.transaction(() => {
				throw new Error("string or blob too big: SQLITE_TOOBIG");
			}),
		).toThrow();
	});
}
