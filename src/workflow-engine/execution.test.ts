import { describe, expect, test } from "vitest";
import type { Caller } from "#core/caller";
import { AppError } from "#core/errors";
import { drive, newLog, outcomeOf } from "./execution.fixture.ts";

const value = (id: string, value: unknown, more: object = {}) => ({
	id,
	type: "transform",
	config: { value },
	...more,
});
const edge = (source: string, target: string, more: object = {}) => ({
	id: `${source}-${target}`,
	source,
	target,
	...more,
});

/** A tool that says what it was given, and counts. */
function echo() {
	const calls: Array<{ toolId: string; input: unknown; key: string | undefined }> = [];
	const tools = {
		describe: async () => [],
		call: async (caller: Caller, toolId: string, input: unknown) => {
			calls.push({ toolId, input, key: caller.idempotencyKey });
			return { value: input };
		},
	};
	return { calls, tools };
}

describe("order", () => {
	test("a sequence hands on what each node gives", async () => {
		const nodes = [
			{ id: "start", type: "start" },
			value("a", { n: "{{ input.n + 1 }}" }),
			value("b", "{{ nodes.a.output.n * 2 }}"),
		];
		const { status, result } = await outcomeOf({ nodes, edges: [edge("start", "a"), edge("a", "b")] }, { n: 1 });
		expect(status).toBe("completed");
		expect(result).toMatchObject({ output: 4, nodeStates: { a: { status: "completed", output: { n: 2 } } } });
	});

	test("a decision takes one way, and the other is skipped up to where they meet", async () => {
		const nodes = [
			{ id: "is-big", type: "condition", config: { condition: "input.n > 10" } },
			value("big", "big"),
			value("small", "small"),
			value("smaller", "smaller"),
			{ id: "met", type: "merge", config: { reducer: "list" } },
		];
		const edges = [
			edge("is-big", "big", { condition: "true" }),
			edge("is-big", "small", { condition: "false" }),
			edge("small", "smaller"),
			edge("smaller", "met"),
			edge("big", "met"),
		];
		const big = await outcomeOf({ nodes, edges }, { n: 11 });
		expect(big.result).toMatchObject({
			output: ["big"],
			nodeStates: { small: { status: "skipped" }, smaller: { status: "skipped" } },
		});
		const small = await outcomeOf({ nodes, edges }, { n: 1 });
		expect(small.result).toMatchObject({ output: ["smaller"], nodeStates: { big: { status: "skipped" } } });
	});

	test.each([
		["object", { a: 1, b: 2 }],
		["list", [1, 2]],
		["sum", 3],
		["first", 1],
		["last", 2],
	])("branches are merged as %s", async (reducer, output) => {
		const nodes = [
			{ id: "go", type: "parallel" },
			value("a", 1),
			value("b", 2),
			{ id: "met", type: "merge", config: { reducer } },
		];
		const edges = [edge("go", "a"), edge("go", "b"), edge("a", "met"), edge("b", "met")];
		expect((await outcomeOf({ nodes, edges })).result).toMatchObject({ output });
	});

	test("an edge's condition is an expression over the output", async () => {
		const nodes = [value("n", "{{ input.n }}"), value("yes", "yes"), value("no", "no")];
		const edges = [
			edge("n", "yes", { condition: "output > 1" }),
			edge("n", "no", { condition: "nodes.n.output <= 1" }),
		];
		expect((await outcomeOf({ nodes, edges }, { n: 2 })).result).toMatchObject({ output: "yes" });
		expect((await outcomeOf({ nodes, edges }, { n: 1 })).result).toMatchObject({ output: "no" });
	});

	test("variables are set by one node and read by the next", async () => {
		const nodes = [
			value("a", 2, { assign: { total: "{{ variables.total + output }}" } }),
			value("b", "{{ variables.total }}"),
		];
		const { result } = await outcomeOf({ nodes, edges: [edge("a", "b")], variables: { total: 40 } });
		expect(result).toMatchObject({ output: 42, variables: { total: 42 } });
	});
});

describe("loops", () => {
	const body = { nodes: [{ id: "one", type: "tool", config: { toolId: "echo", parameters: { n: "{{ item }}" } } }] };

	test("each item once, in the order of the list, at most so many at once", async () => {
		let now = 0;
		let most = 0;
		const tools = {
			describe: async () => [],
			call: async (_: Caller, __: string, input: unknown) => {
				most = Math.max(most, ++now);
				await scheduler.wait(2);
				now--;
				return { value: input };
			},
		};
		const nodes = [{ id: "each", type: "loop", config: { items: "{{ input.list }}", concurrency: 3, body } }];
		const list = [1, 2, 3, 4, 5, 6, 7];
		const { result } = await outcomeOf({ nodes }, { list }, { tools });
		expect(result).toMatchObject({ output: list.map((n) => ({ n })), nodeStates: { each: { iterations: 7 } } });
		expect(most).toBe(3);
	});

	test("while a condition holds", async () => {
		const config = { while: "index < 5", body: { nodes: [value("next", "{{ index == 0 ? 1 : last * 2 }}")] } };
		const nodes = [{ id: "double", type: "loop", config }, value("out", "{{ nodes.double.output }}")];
		const { result } = await outcomeOf({ nodes, edges: [edge("double", "out")] });
		expect(result).toMatchObject({ output: [1, 2, 4, 8, 16] });
	});

	test("no items are an empty list", async () => {
		const nodes = [{ id: "each", type: "loop", config: { items: [], body } }];
		expect(await outcomeOf({ nodes })).toMatchObject({ status: "completed", result: { output: [] } });
	});

	test("an item that fails ends the loop, or leaves null", async () => {
		const failing = { nodes: [value("one", "{{ 10 / item }}")] };
		const nodes = (continueOnError: boolean) => [
			{ id: "each", type: "loop", config: { items: [1, "x", 5], continueOnError, body: failing } },
		];
		expect(await outcomeOf({ nodes: nodes(false) })).toMatchObject({
			status: "failed",
			error: { code: "invalid_input" },
		});
		expect((await outcomeOf({ nodes: nodes(true) })).result).toMatchObject({ output: [10, null, 2] });
	});

	test("loops in loops", async () => {
		const inner = {
			id: "inner",
			type: "loop",
			config: { items: "{{ item }}", body: { nodes: [value("n", "{{ item + 1 }}")] } },
		};
		const nodes = [
			{ id: "outer", type: "loop", config: { items: [[1, 2], [3]], concurrency: 2, body: { nodes: [inner] } } },
		];
		expect((await outcomeOf({ nodes })).result).toMatchObject({ output: [[2, 3], [4]] });
	});

	test("a loop that never ends meets its limit", async () => {
		const config = { while: "true", maxIterations: 10, body: { nodes: [value("n", 1)] } };
		expect(await outcomeOf({ nodes: [{ id: "for-ever", type: "loop", config }] })).toMatchObject({
			status: "failed",
			error: { code: "limit_exceeded" },
		});
	});
});

describe("failures", () => {
	const tool = (more: object = {}) => ({ id: "call", type: "tool", config: { toolId: "t" }, ...more });
	const failing = (code: "bad_gateway" | "invalid_input", times: number) => {
		const keys: Array<string | undefined> = [];
		return {
			keys,
			tools: {
				describe: async () => [],
				call: async ({ idempotencyKey }: Caller) => {
					keys.push(idempotencyKey);
					if (keys.length <= times) throw new AppError(code, "It does not work.");
					return { value: "done" };
				},
			},
		};
	};

	test("without a policy a failure is the execution's", async () => {
		expect(await outcomeOf({ nodes: [tool()] }, {}, failing("bad_gateway", 1))).toMatchObject({
			status: "failed",
			error: { code: "bad_gateway", message: "It does not work." },
			result: { nodeStates: { call: { status: "failed", error: "It does not work." } } },
		});
	});

	test("a failure that may pass is tried again, as another call", async () => {
		const effects = failing("bad_gateway", 2);
		const nodes = [tool({ retry: { maxAttempts: 3, delay: 1 } })];
		expect(await outcomeOf({ nodes }, {}, effects)).toMatchObject({
			status: "completed",
			result: { output: "done", nodeStates: { call: { retryCount: 2 } } },
		});
		expect(effects.keys).toEqual(["run_1:call", "run_1:call#1", "run_1:call#2"]);
	});

	test("one that cannot pass is not", async () => {
		const effects = failing("invalid_input", 1);
		expect(await outcomeOf({ nodes: [tool({ retry: { maxAttempts: 3, delay: 1 } })] }, {}, effects)).toMatchObject({
			status: "failed",
		});
		expect(effects.keys).toHaveLength(1);
	});

	test("`maxRetries` is for nodes without a policy", async () => {
		const effects = failing("bad_gateway", 1);
		const started = Date.now();
		expect(await outcomeOf({ nodes: [tool()], options: { maxRetries: 1 } }, {}, effects)).toMatchObject({
			status: "completed",
		});
		expect(Date.now() - started).toBeGreaterThan(400);
	});

	test("a call that breaks without an answer is the same call again", async () => {
		const keys: Array<string | undefined> = [];
		const call = async ({ idempotencyKey }: Caller) => {
			keys.push(idempotencyKey);
			if (keys.length === 1) throw new Error("Network connection lost.");
			return { value: 1 };
		};
		const tools = { describe: async () => [], call };
		expect(await outcomeOf({ nodes: [tool()] }, {}, { tools })).toMatchObject({ status: "completed" });
		expect(keys).toEqual(["run_1:call", "run_1:call"]);
	});

	test("an error branch goes on with what has failed", async () => {
		const nodes = [tool(), value("never", 1), value("handled", "{{ nodes.call.error.code }}")];
		const edges = [edge("call", "never"), edge("call", "handled", { type: "error" })];
		expect(await outcomeOf({ nodes, edges }, {}, failing("invalid_input", 1))).toMatchObject({
			status: "completed",
			result: { output: "invalid_input", nodeStates: { call: { status: "failed" }, never: { status: "skipped" } } },
		});
	});

	test("a node that takes too long is cut off", async () => {
		const tools = { describe: async () => [], call: () => new Promise<never>(() => {}) };
		expect(await outcomeOf({ nodes: [tool({ timeout: 20 })] }, {}, { tools })).toMatchObject({
			status: "failed",
			error: { code: "limit_exceeded" },
		});
	});

	test("what was done is undone in reverse, and what cannot be is told", async () => {
		const { calls, tools } = echo();
		const step = (id: string) => ({
			...{ id, type: "tool", config: { toolId: "book", parameters: { id } } },
			compensation: { toolId: "cancel", parameters: { of: "{{ output.id }}" } },
		});
		const nodes = [step("flight"), step("hotel"), value("fails", "{{ input.nothing }}")];
		const { status, error } = await outcomeOf(
			{ nodes, edges: [edge("flight", "hotel"), edge("hotel", "fails")] },
			{},
			{ tools },
		);
		expect({ status, code: error?.code }).toEqual({ status: "failed", code: "invalid_input" });
		expect(calls.map(({ toolId, input }) => [toolId, input])).toEqual([
			["book", { id: "flight" }],
			["book", { id: "hotel" }],
			["cancel", { of: "hotel" }],
			["cancel", { of: "flight" }],
		]);
	});

	test("too few branches for a merge fail it", async () => {
		const nodes = [
			{ id: "is-so", type: "condition", config: { condition: "true" } },
			value("a", 1),
			value("b", 2),
			{ id: "two", type: "merge", config: { mode: "n_of", count: 2 } },
		];
		const edges = [
			edge("is-so", "a", { condition: "true" }),
			edge("is-so", "b", { condition: "false" }),
			edge("a", "two"),
			edge("b", "two"),
		];
		expect(await outcomeOf({ nodes, edges })).toMatchObject({ status: "failed", error: { code: "conflict" } });
	});
});

test("a merge of any goes on with the first", async () => {
	const slow = async (_: Caller, toolId: string) => {
		await scheduler.wait(toolId === "fast" ? 1 : 60);
		return { value: toolId };
	};
	const tool = (id: string) => ({ id, type: "tool", config: { toolId: id } });
	const nodes = [tool("fast"), tool("slow"), { id: "any", type: "merge", config: { mode: "any", reducer: "first" } }];
	const edges = [edge("fast", "any"), edge("slow", "any")];
	const { result } = await outcomeOf({ nodes, edges }, {}, { tools: { describe: async () => [], call: slow } });
	expect(result).toMatchObject({ output: "fast" });
});

test("no more nodes work at once than the execution may", async () => {
	let now = 0;
	let most = 0;
	const call = async () => {
		most = Math.max(most, ++now);
		await scheduler.wait(3);
		now--;
		return { value: null };
	};
	const nodes = Array.from({ length: 12 }, (_, i) => ({ id: `t${i}`, type: "tool", config: { toolId: "t" } }));
	await outcomeOf({ nodes, options: { parallelLimit: 4 } }, {}, { tools: { describe: async () => [], call } });
	expect(most).toBe(4);
});

test("a thousand nodes in a row, and a thousand side by side", async () => {
	const row = Array.from({ length: 1_000 }, (_, i) => value(`n${i}`, i));
	const inRow = { nodes: row, edges: row.slice(1).map(({ id }, i) => edge(`n${i}`, id)) };
	expect((await outcomeOf(inRow)).result).toMatchObject({ output: 999 });
	const sides = [{ id: "go", type: "parallel" }, ...row, { id: "met", type: "merge", config: { reducer: "sum" } }];
	const sideBySide = { nodes: sides, edges: row.flatMap(({ id }) => [edge("go", id), edge(id, "met")]) };
	expect((await outcomeOf(sideBySide)).result).toMatchObject({ output: 499_500 });
});

test("the whole execution has its time", async () => {
	const tools = { describe: async () => [], call: () => new Promise<never>(() => {}) };
	const nodes = [{ id: "call", type: "tool", config: { toolId: "t" } }];
	expect(await outcomeOf({ nodes, options: { timeout: 30 } }, {}, { tools })).toMatchObject({
		status: "failed",
		error: { code: "limit_exceeded", message: "The execution did not end within 30 ms." },
	});
});

test("an execution that waits long leaves memory, and goes on from its log", async () => {
	const nodes = [value("a", 1), { id: "nap", type: "wait", config: { duration: 3_600_000 } }];
	const log = newLog({ nodes, edges: [edge("a", "nap")] });
	const { progress } = await drive(log);
	expect(log.change).toBeUndefined();
	expect((progress.waiting.get("nap") as { dueAt: number }).dueAt).toBeGreaterThan(Date.now() + 3_500_000);
	expect((await drive(log)).progress.waiting.get("nap")).toEqual(progress.waiting.get("nap"));
});
