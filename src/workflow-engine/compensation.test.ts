/** What is undone when an execution fails or is cancelled. */
import { describe, expect, test, vi } from "vitest";
import { AppError } from "#core/errors";
import { drive, executionFrom, goneOn, newLog, newSpan, outcomeOf } from "./execution.fixture.ts";
import { edge, never, signal, tool, toolsOf } from "./parts.fixture.ts";

const undo = { compensation: { toolId: "undo" } };

test("a compensation that broke without an answer is made again under the same key", async () => {
	vi.spyOn(console, "error").mockReturnValue();
	const undone = new Set<string>();
	let broken = 0;
	const tools = toolsOf(async ({ idempotencyKey = "" }, toolId) => {
		if (toolId === "fail") throw new AppError("invalid_input", "no");
		if (toolId === "undo") {
			undone.add(idempotencyKey);
			// Done, but not told.
			if (broken++ === 0) throw new Error("Network connection lost.");
		}
		return { value: 1 };
	});
	await outcomeOf({ nodes: [tool("a", "do", undo), tool("b", "fail")], edges: [edge("a", "b")] }, {}, { tools });
	expect([...undone]).toHaveLength(1);
});

test("what was undone is done again by a retry", async () => {
	const done: string[] = [];
	const tools = toolsOf(async (_, toolId) => {
		done.push(toolId);
		if (toolId === "fail" && done.filter((id) => id === "fail").length === 1) throw new AppError("invalid_input", "no");
		return { value: 1 };
	});
	const log = newLog({ nodes: [tool("a", "do", undo), tool("b", "fail")], edges: [edge("a", "b")] });
	await drive(log, { tools });
	expect(done).toEqual(["do", "fail", "undo"]);
	await drive(goneOn(log), { tools });
	expect(done).toEqual(["do", "fail", "undo", "do", "fail"]);
});

test("a step that is done, but whose variables cannot be set, is undone", async () => {
	const done: string[] = [];
	const tools = toolsOf(async (_, toolId) => {
		done.push(toolId);
		return { value: 1 };
	});
	const node = tool("a", "do", { ...undo, assign: { x: "{{ output.missing.deeper }}" } });
	const { status } = await outcomeOf({ nodes: [node] }, {}, { tools });
	expect(status).toBe("failed");
	expect(done).toEqual(["do", "undo"]);
});

test("a tool at work when the execution is cancelled is undone once it is done", async () => {
	const done: string[] = [];
	const tools = toolsOf(async (_, toolId) => {
		await scheduler.wait(20);
		done.push(toolId);
		return { value: 1 };
	});
	const execution = executionFrom(newLog({ nodes: [tool("a", "do", undo)] }), { tools });
	const driven = execution.drive(signal(), newSpan());
	await scheduler.wait(5);
	execution.end({ status: "cancelled" });
	await driven;
	await scheduler.wait(100);
	expect(done).toEqual(["do", "undo"]);
});

describe("what is at work when the execution fails", () => {
	/** Ends what it does after a while; `fail` at once. */
	function slowTools(done: string[]) {
		return toolsOf(async (_, toolId) => {
			if (toolId === "fail") throw new AppError("invalid_input", "no");
			await scheduler.wait(20);
			done.push(toolId);
			return { value: toolId };
		});
	}

	test("is finished and undone, beside what has failed", async () => {
		const done: string[] = [];
		const { status } = await outcomeOf(
			{ nodes: [tool("a", "do", undo), tool("b", "fail")] },
			{},
			{ tools: slowTools(done) },
		);
		expect({ status, done }).toEqual({ status: "failed", done: ["do", "undo"] });
	});

	test("is finished and undone, in other rounds of a loop that has failed", async () => {
		const done: string[] = [];
		const body = {
			nodes: [tool("which", "{{ item }}"), tool("a", "do", undo)].map((node, i) =>
				i === 0 ? { id: "which", type: "condition", config: { condition: "item == 1" } } : node,
			),
			edges: [edge("which", "a", { condition: "false" }), edge("which", "b", { condition: "true" })],
		};
		const loop = { id: "l", type: "loop", config: { items: [1, 2, 3], concurrency: 3, body } };
		body.nodes.push(tool("b", "fail"));
		const { status } = await outcomeOf({ nodes: [loop] }, {}, { tools: slowTools(done) });
		expect({ status, done }).toEqual({ status: "failed", done: ["do", "do", "undo", "undo"] });
	});

	test("is asked again after a crash, and then undone", async () => {
		const keys: string[] = [];
		const log = newLog({ nodes: [tool("a", "do", undo)] });
		const first = executionFrom(log, { tools: toolsOf(never) });
		void first.drive(signal(), newSpan());
		first.end({ status: "cancelled" });
		expect(log.change).toBeUndefined();
		const tools = toolsOf(async ({ idempotencyKey = "" }) => {
			keys.push(idempotencyKey);
			return { value: 1 };
		});
		await drive(log, { tools });
		expect(keys).toEqual(["run_1:a", "run_1:a#undo"]);
		expect(log.change?.status).toBe("cancelled");
	});

	test("is undone though nobody knows whether it was done in time", async () => {
		const done: string[] = [];
		const tools = toolsOf(async (_, toolId) => {
			done.push(toolId);
			return toolId === "do" ? await never() : { value: 1 };
		});
		const { status } = await outcomeOf({ nodes: [tool("a", "do", { ...undo, timeout: 10 })] }, {}, { tools });
		expect({ status, done }).toEqual({ status: "failed", done: ["do", "undo"] });
	});
});
