import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import type { StuckExecution, WorkflowMonitoring } from "#workflow-engine/monitoring/schema";
import { anonymous, asCaller, type TestCaller } from "../../test/support/as-caller.ts";
import {
	approval,
	begin,
	edge,
	expectJson,
	expectProblem,
	newWorkflow,
	reached,
	run,
	steer,
	tool,
	value,
} from "./testing.ts";

const somebody = () => asCaller(`usr_${crypto.randomUUID()}`);
const monitoring = async (caller: TestCaller, query = "") =>
	await expectJson<WorkflowMonitoring>(await caller.get(`/api/v1/monitoring${query}`), 200);
const stuckOf = async (caller: TestCaller, olderThan: number) => {
	const response = await caller.get(`/api/v1/monitoring/stuck?olderThan=${olderThan}`);
	return (await expectJson<{ executions: StuckExecution[] }>(response, 200)).executions;
};

test("who has run nothing sees zeros", async () => {
	expect(await monitoring(somebody())).toMatchObject({
		open: { running: 0, waiting: 0, paused: 0 },
		ended: { completed: 0, failed: 0, cancelled: 0 },
		failures: [],
		durations: { count: 0, mean: null, p50: null, p95: null, max: null },
		nodes: [],
		triggers: { total: 0, enabled: 0 },
	});
});

test("counts by state, failures and times of nodes", async () => {
	const caller = somebody();
	const good = await newWorkflow(caller);
	const asks = await newWorkflow(caller, {
		nodes: [value("first", 1), approval("ask")],
		edges: [edge("first", "ask")],
	});
	const bad = { nodes: [tool("call", "fail")], edges: [] };
	for (const n of [1, 2, 3]) await run(caller, { workflowId: good.id, input: { n } });
	const failed = await run(caller, bad);
	expect(failed.status).toBe("failed");
	await run(caller, { workflowId: asks.id });
	const { executionId } = await run(caller, { workflowId: asks.id });
	await expectJson(await steer(caller, executionId, "cancel"), 200);
	await reached(caller, executionId, "cancelled");
	const paused = await run(caller, { workflowId: asks.id });
	await expectJson(await steer(caller, paused.executionId, "pause"), 200);
	const config = { type: "schedule", cron: "0 0 1 1 *" };
	const { nextRunAt } = await expectJson<{ nextRunAt: string }>(
		await caller.post(`/api/v1/workflows/${good.id}/triggers`, { config }),
		201,
	);
	await expectJson(await caller.post(`/api/v1/workflows/${good.id}/triggers`, { config, enabled: false }), 201);
	const seen = await vi.waitFor(
		async () => {
			const now = await monitoring(caller);
			expect(now).toMatchObject({
				open: { running: 0, waiting: 1, paused: 1 },
				ended: { completed: 3, failed: 1, cancelled: 1 },
				failures: [{ code: failed.error!.code, count: 1 }],
				durations: { count: 5 },
				triggers: { total: 2, enabled: 1, nextRunAt },
			});
			return now;
		},
		{ timeout: 5_000, interval: 100 },
	);
	expect(seen.durations.max).toBeGreaterThanOrEqual(seen.durations.p95!);
	const runsOf = (workflowId: string) =>
		Object.fromEntries(
			seen.nodes.filter((node) => node.workflowId === workflowId).map(({ node, runs }) => [node, runs]),
		);
	expect(runsOf(good.id)).toEqual({ start: 3, first: 3, second: 3 });
	expect(await monitoring(caller, `?workflowId=${good.id}&hours=1`)).toMatchObject({
		open: { waiting: 0 },
		ended: { completed: 3, failed: 0, cancelled: 0 },
		failures: [],
		triggers: { total: 2 },
	});
	expect(await monitoring(somebody())).toMatchObject({ ended: { completed: 0 } });
	const everybody = await monitoring(asCaller("usr_root", "admin"));
	expect(everybody.ended.completed).toBeGreaterThanOrEqual(3);
});

test("percentiles are nearest ranks, and what ended before the window does not count", async () => {
	const caller = somebody();
	const { id } = await newWorkflow(caller);
	const { executionId } = await run(caller, { workflowId: id, input: { n: 1 } });
	await vi.waitFor(async () => expect((await monitoring(caller)).ended.completed).toBe(1), { timeout: 5_000 });
	const copy = env.DB.prepare(
		`INSERT INTO workflow_executions (id, workflow_id, version, owner_id, input, status, state, node_times, trace_id,
			start_time, end_time, duration, revision)
			SELECT ?, workflow_id, version, owner_id, input, status, state, ?, trace_id, start_time, ?, ?, revision
			FROM workflow_executions WHERE id = ?`,
	);
	const ended = (hoursAgo: number) => new Date(Date.now() - hoursAgo * 3_600_000).toISOString();
	const rows = Array.from({ length: 100 }, (_, n) =>
		copy.bind(`${executionId}${n}`, JSON.stringify({ slow: n + 1 }), ended(1), n + 1, executionId),
	);
	await env.DB.batch([...rows, copy.bind(`${executionId}old`, '{"slow":9000}', ended(30), 9_000, executionId)]);
	await env.DB.prepare("DELETE FROM workflow_executions WHERE id = ?").bind(executionId).run();
	const spread = { mean: 50.5, p50: 50, p95: 95 };
	expect(await monitoring(caller)).toMatchObject({
		ended: { completed: 100 },
		durations: { count: 100, max: 100, ...spread },
		nodes: [{ workflowId: id, node: "slow", runs: 100, ...spread }],
	});
	expect(await monitoring(caller, "?hours=48")).toMatchObject({ durations: { count: 101, max: 9_000 } });
});

test.each(["?hours=0", "?hours=721", "?hours=x"])("%s is refused", async (query) => {
	await expectProblem(await somebody().get(`/api/v1/monitoring${query}`), 422, "invalid_input");
	await expectProblem(await anonymous.get(`/api/v1/monitoring${query}`), 401, "unauthenticated");
});

test("what runs and does not come on is stuck; what waits, has ended or is somebody else's is not", async () => {
	const [caller, other] = [somebody(), somebody()];
	const id = await begin(caller, { nodes: [tool("long", "slow", { ms: 4_000 })] });
	await run(caller, { nodes: [approval("ask")] });
	const done = await run(caller, { nodes: [value("v", 1)] });
	const [stuck, ...more] = await vi.waitFor(
		async () => {
			const found = await stuckOf(caller, 1);
			expect(found).not.toEqual([]);
			return found;
		},
		{ timeout: 4_000, interval: 100 },
	);
	expect(more).toEqual([]);
	expect(stuck).toMatchObject({ executionId: id, currentNode: "long" });
	expect(stuck!.idleSeconds).toBeGreaterThanOrEqual(1);
	expect(await stuckOf(caller, 600)).toEqual([]);
	expect(await stuckOf(other, 1)).toEqual([]);
	expect((await stuckOf(asCaller("usr_root", "admin"), 1)).map(({ executionId }) => executionId)).toContain(id);
	// A list that lags says that it runs.
	await env.DB.prepare(
		"UPDATE workflow_executions SET state = 'running', end_time = NULL, start_time = '2020-01-01T00:00:00.000Z' WHERE id = ?",
	)
		.bind(done.executionId)
		.run();
	expect((await stuckOf(caller, 1)).map(({ executionId }) => executionId)).not.toContain(done.executionId);
}, 10_000);
