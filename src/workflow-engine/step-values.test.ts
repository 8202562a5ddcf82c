/** What steps ask and give, in corners. */
import { describe, expect, test, vi } from "vitest";
import { argumentsHash } from "#core/arguments-hash";
import type { Caller } from "#core/caller";
import { AppError } from "#core/errors";
import type { CallForAgent, ToolDescription } from "#tools/client";
import { drive, executionFrom, newLog, outcomeOf } from "./execution.fixture.ts";
import { agent, agentsOf, edge, tool, toolsOf, turn, value } from "./parts.fixture.ts";

test("what has no value leaves no trace of the difference in a replay", async () => {
	const agents = agentsOf({ run: async () => turn({ status: "completed", response: "x" }) });
	const nodes = [agent, value("b", "{{ has(nodes.a.output.citations) ? 'has' : 'has not' }}")];
	const { result } = await outcomeOf({ nodes, edges: [edge("a", "b")] }, {}, { agents });
	expect(result).toMatchObject({ output: "has not" });
});

test("a tool that answers nothing is done", async () => {
	vi.spyOn(console, "error").mockReturnValue();
	const call = vi.fn(async () => ({ value: undefined }));
	const { status } = await outcomeOf({ nodes: [tool("a", "t")] }, {}, { tools: toolsOf(call) });
	expect({ status, calls: call.mock.calls.length }).toEqual({ status: "completed", calls: 1 });
});

test("a message among the parameters is filled", async () => {
	const run = vi.fn(async () => turn({ status: "completed", response: "x" }));
	const node = { id: "a", type: "agent", config: { agentId: "agt", parameters: { message: "Hi {{ input.name }}" } } };
	await outcomeOf({ nodes: [node] }, { name: "Ada" }, { agents: agentsOf({ run }) });
	expect(run.mock.calls[0]).toMatchObject([{}, "agt", { message: "Hi Ada" }, {}]);
});

test("no two steps share a key, whatever their ids", async () => {
	const keys: string[] = [];
	let failed = 0;
	const tools = toolsOf(async ({ idempotencyKey = "" }, toolId) => {
		keys.push(idempotencyKey);
		if (toolId === "flaky" && failed++ === 0) throw new AppError("tool_failed", "no");
		return { value: 1 };
	});
	const nodes = [tool("a", "flaky", { retry: { maxAttempts: 2, delay: 1 } }), tool("a:1", "t")];
	await outcomeOf({ nodes }, {}, { tools });
	expect(new Set(keys).size).toBe(keys.length);
});

test("two edges from the same node hand on its output as one does", async () => {
	const nodes = [value("a", 1), value("b", 2), { id: "c", type: "end" }];
	void nodes;
	const edges = [edge("a", "c"), { ...edge("a", "c"), id: "second", condition: "true" }];
	const { result } = await outcomeOf({ nodes: [value("a", 1), { id: "c", type: "end" }], edges });
	expect(result).toMatchObject({ output: 1 });
});

test("nobody is asked for what a round that has failed waited for, also after a replay", async () => {
	const tools = toolsOf(async () => {
		await scheduler.wait(20);
		throw new AppError("invalid_input", "no");
	});
	const ask = { id: "ask", type: "approval", config: { title: "?" } };
	const loop = {
		id: "l",
		type: "loop",
		config: { items: [1], continueOnError: true, body: { nodes: [ask, tool("t", "x")] } },
	};
	const nap = { id: "nap", type: "wait", config: { duration: 60_000 } };
	const log = newLog({ nodes: [loop, nap], edges: [edge("l", "nap")] });
	const execution = await drive(log, { tools });
	expect(execution.progress.plan.find("nap")!.status).toBe("waiting");
	expect(executionFrom(log, {}).progress.approvals).toEqual([]);
});

test("a retry of a transform that its definition may have is made", async () => {
	const node = {
		id: "t",
		type: "transform",
		config: { expression: "$error('x')" },
		retry: { maxAttempts: 2, delay: 1, on: ["invalid_input"] },
	};
	const { log } = await outcomeOf({ nodes: [node] });
	expect(log.events.map(({ type }) => type)).toContain("node.retrying");
});

describe("a tool that a person has to allow", () => {
	const needed = { id: "t", name: "Pay", version: "1", requiresApproval: true, writes: true } as ToolDescription;

	/** Makes the call that was allowed, and no other. */
	function guarded(calls: unknown[]) {
		return {
			describe: async () => [needed],
			call: async (_: Caller, __: string, input: unknown, options?: CallForAgent) => {
				if (options?.approvedHash !== (await argumentsHash(needed, input))) {
					throw new AppError("approval_required", "A person has to allow it.");
				}
				calls.push(input);
				return { value: "paid" };
			},
		};
	}

	test("is asked for, and called once it is allowed", async () => {
		const calls: unknown[] = [];
		const log = newLog({ nodes: [{ id: "a", type: "tool", config: { toolId: "t", parameters: { sum: 7 } } }] });
		const execution = await drive(log, { tools: guarded(calls) });
		const [asked] = execution.progress.approvals;
		expect(asked).toMatchObject({ node: "a", title: "Call Pay", data: { toolId: "t", arguments: { sum: 7 } } });
		execution.apply([{ type: "node.allowed", data: { node: "a", argumentsHash: asked!.argumentsHash, by: "usr_1" } }]);
		// As it is after a crash.
		await drive(log, { tools: guarded(calls) });
		expect(calls).toEqual([{ sum: 7 }]);
		expect(log.change).toMatchObject({
			status: "completed",
			result: { output: "paid", nodeStates: { a: { retryCount: 0 } } },
		});
	});

	test("fails where it is refused all the same", async () => {
		const tools = { ...guarded([]), call: async () => Promise.reject(new AppError("approval_required", "No.")) };
		const log = newLog({ nodes: [tool("a", "t")] });
		const execution = await drive(log, { tools });
		const [asked] = execution.progress.approvals;
		execution.apply([{ type: "node.allowed", data: { node: "a", argumentsHash: asked!.argumentsHash } }]);
		await drive(log, { tools });
		expect(log.change).toMatchObject({ status: "failed", error: { code: "approval_required" } });
	});
});
