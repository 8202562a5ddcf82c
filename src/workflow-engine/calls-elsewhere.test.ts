/** Runs elsewhere that work for a step: how long they are waited for, and how they end. */
import { describe, expect, test, vi } from "vitest";
import { AppError } from "#core/errors";
import { drive, executionFrom, newLog, newSpan, outcomeOf } from "./execution.fixture.ts";
import { agent, agentsOf, asking, signal, sub, tool, toolsOf, turn } from "./parts.fixture.ts";

describe("what works elsewhere ends with the execution", () => {
	test("a sub-workflow that is waited for, and not asked just now", async () => {
		const cancel = vi.fn(async () => {});
		const children = {
			...{ newId: async () => "run_child", start: async () => {}, cancel },
			settled: async () => ({ status: "running" as const, approvals: [] }),
		};
		const execution = await drive(newLog({ nodes: [sub] }), { children });
		execution.end({ status: "cancelled" });
		await scheduler.wait(10);
		expect(cancel).toHaveBeenCalledTimes(1);
	});

	test("an agent that waits for a person", async () => {
		const cancel = vi.fn(async () => {});
		const execution = await drive(newLog({ nodes: [agent] }), {
			agents: agentsOf({ run: async () => asking(), cancel }),
		});
		execution.end({ status: "cancelled" });
		await scheduler.wait(10);
		expect(cancel).toHaveBeenCalledTimes(1);
	});

	test("an agent at work when a crash came, and then the cancellation", async () => {
		const log = newLog({ nodes: [agent] });
		const running = { run: async () => turn({ status: "running" }) };
		void executionFrom(log, { agents: agentsOf(running) }).drive(signal(), newSpan());
		await vi.waitFor(() => expect(log.events.some(({ type }) => type === "node.called")).toBe(true));
		const cancel = vi.fn(async () => {});
		executionFrom(log, { agents: agentsOf({ ...running, cancel }) }).end({ status: "cancelled" });
		await scheduler.wait(10);
		expect(cancel).toHaveBeenCalledTimes(1);
	});

	test("a sub-workflow whose loop has failed meanwhile", async () => {
		const cancel = vi.fn(async () => {});
		const children = {
			...{ newId: async () => "run_child", start: async () => {}, cancel },
			settled: async () => ({ status: "running" as const, approvals: [] }),
		};
		const tools = toolsOf(async () => {
			await scheduler.wait(20);
			throw new AppError("invalid_input", "no");
		});
		const loop = {
			id: "l",
			type: "loop",
			config: { items: [1], continueOnError: true, body: { nodes: [sub, tool("t", "x")] } },
		};
		const log = newLog({ nodes: [loop] });
		await drive(log, { children, tools });
		await scheduler.wait(10);
		expect(log.change?.status).toBe("completed");
		expect(cancel).toHaveBeenCalledTimes(1);
	});
});

describe("time", () => {
	test("while an agent is asked whose approval was decided, the execution does not spin", async () => {
		const execution = executionFrom(newLog({ nodes: [agent] }), {
			agents: agentsOf({ run: async () => asking() }),
		});
		await execution.drive(signal(), newSpan());
		const again = { ...agentsOf({}) };
		void again;
		const settings = vi.spyOn(globalThis, "setTimeout");
		const waiting = execution.progress.waiting.get("a") as { dueAt: number };
		waiting.dueAt = 0;
		const log = newLog({ nodes: [agent] });
		log.events.push(
			{ type: "node.started", data: { node: "a", input: { type: "agent", agentId: "agt", message: "Hi" } } },
			{ type: "node.waiting", data: { node: "a", waiting: { ...waiting } } },
		);
		const asked = executionFrom(log, { agents: agentsOf({}) });
		void asked.drive(signal(), newSpan());
		await scheduler.wait(20);
		// Another of its approvals is decided, or a minute passes.
		(asked.progress.waiting.get("a") as { dueAt: number }).dueAt = 0;
		asked.wake();
		settings.mockClear();
		await scheduler.wait(200);
		const rounds = settings.mock.calls.length;
		settings.mockRestore();
		asked.end({ status: "cancelled" });
		expect(rounds).toBeLessThan(10);
	});

	test("a time-out of thirty days is none of a millisecond", async () => {
		const tools = toolsOf(async () => {
			await scheduler.wait(50);
			return { value: 1 };
		});
		const { status } = await outcomeOf({ nodes: [tool("a", "t", { timeout: 30 * 86_400_000 })] }, {}, { tools });
		expect(status).toBe("completed");
	});

	test("a sub-workflow has no longer than its time-out", async () => {
		const children = {
			...{ newId: async () => "run_child", start: async () => {}, cancel: async () => {} },
			settled: async () => ({ status: "running" as const, approvals: [] }),
		};
		const execution = executionFrom(newLog({ nodes: [{ ...sub, timeout: 20_000 }] }), { children });
		const parked = (await execution.drive(signal(), newSpan())) as { dueAt: number };
		expect(parked.dueAt - Date.now()).toBeLessThanOrEqual(20_000);
	});

	test("an agent that waits for a person is asked again by its id, its key may be forgotten by then", async () => {
		const run = vi.fn(async () => asking());
		const settled = vi.fn(async () => asking());
		const execution = await drive(newLog({ nodes: [agent] }), { agents: agentsOf({ run, settled }) });
		(execution.progress.waiting.get("a") as { dueAt: number }).dueAt = 0;
		await execution.drive(signal(), newSpan());
		expect(settled).toHaveBeenCalledTimes(1);
		expect(run).toHaveBeenCalledTimes(1);
	});
});
