/** What an execution that goes on from another takes over. */
import { expect, test } from "vitest";
import { AppError } from "#core/errors";
import { drive, executionFrom, goneOn, newLog, newSpan } from "./execution.fixture.ts";
import { edge, never, signal, tool, toolsOf, value } from "./parts.fixture.ts";

const fails = toolsOf(async (_, toolId) => {
	if (toolId === "fail") throw new AppError("invalid_input", "no");
	return { value: 1 };
});

test("variables that the body of a finished loop has set are kept", async () => {
	const body = { nodes: [value("in", "{{ item }}", { assign: { total: "{{ variables.total + output }}" } })] };
	const nodes = [
		{ id: "l", type: "loop", config: { items: [1, 2, 3], body } },
		tool("b", "fail"),
		value("end", "{{ variables.total }}"),
	];
	const log = newLog({ nodes, edges: [edge("l", "b"), edge("b", "end")], variables: { total: 0 } });
	await drive(log, { tools: fails });
	const again = goneOn(log);
	await drive(again, { tools: toolsOf(async () => ({ value: 1 })) });
	expect(again.change).toMatchObject({ status: "completed", result: { output: 6, variables: { total: 6 } } });
});

test("variables that were edited for a fork are kept by a fork of the fork", () => {
	const log = newLog({ nodes: [value("a", 1), value("b", "{{ variables.rate }}")], edges: [edge("a", "b")] });
	log.events.push({ type: "variables.changed", data: { variables: { rate: 41 } } });
	expect(goneOn(log, "b").events).toContainEqual({ type: "variables.changed", data: { variables: { rate: 41 } } });
});

test("an event that came early, and was not taken, is kept", async () => {
	const nodes = [tool("b", "fail"), { id: "w", type: "wait", config: { event: "paid" } }];
	const log = newLog({ nodes, edges: [edge("b", "w")] });
	log.events.push({ type: "event.received", data: { name: "paid", data: 7 } });
	await drive(log, { tools: fails });
	const again = goneOn(log);
	await drive(again, { tools: toolsOf(async () => ({ value: 1 })) });
	expect(again.change).toMatchObject({ status: "completed", result: { output: 7 } });
});

test("a step that the cancellation cut off is done by the retry, and not its error branch", async () => {
	const nodes = [tool("a", "do", { compensation: { toolId: "undo" } }), tool("slow", "slow"), value("bad", "handled")];
	const log = newLog({ nodes, edges: [edge("a", "slow"), edge("slow", "bad", { type: "error" })] });
	const execution = executionFrom(log, {
		tools: toolsOf(async (_, toolId) => (toolId === "slow" ? await never() : { value: 1 })),
	});
	const driven = execution.drive(signal(), newSpan());
	await scheduler.wait(20);
	execution.end({ status: "cancelled" });
	await driven;
	expect(log.change?.status).toBe("cancelled");
	const again = goneOn(log);
	await drive(again, { tools: toolsOf(async () => ({ value: "done" })) });
	expect(again.change).toMatchObject({ status: "completed", result: { output: "done" } });
});

test("the rounds of a loop that are done are not done again", async () => {
	const calls: unknown[] = [];
	let isBroken = true;
	const tools = toolsOf(async (_, __, input) => {
		const { n } = input as { n: number };
		calls.push(n);
		if (n === 3 && isBroken) throw new AppError("invalid_input", "no");
		return { value: n };
	});
	const one = { id: "one", type: "tool", config: { toolId: "t", parameters: { n: "{{ item }}" } } };
	const log = newLog({ nodes: [{ id: "l", type: "loop", config: { items: [1, 2, 3], body: { nodes: [one] } } }] });
	await drive(log, { tools });
	isBroken = false;
	await drive(goneOn(log), { tools });
	expect(calls).toEqual([1, 2, 3, 3]);
});
