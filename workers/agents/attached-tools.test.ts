import { describe, expect, test } from "vitest";
import type { LocalScript } from "#models/local-script-schema";
import { asCaller } from "../../test/support/as-caller.ts";
import {
	ask,
	begin,
	cancel,
	execute,
	execution,
	expectProblem,
	messages,
	newAgent,
	reach,
	scripted,
} from "./testing.ts";

const ada = asCaller("usr_ada");
const carol = asCaller("usr_carol");

describe("tools of the tools domain that an agent names", () => {
	test("are called with what the model gives, and what they answer is the model's", async () => {
		const script = [[{ call: "test_double", input: { n: 21 } }, { say: "It is {{result}}" }]];
		const { id } = await scripted(ada, script, { tools: ["test_double", "current_time"] });
		const { response, toolCalls } = await ask(ada, id, "double it");
		expect(response).toBe("It is 42");
		expect(toolCalls).toEqual([
			{ toolId: "test_double", input: { n: 21 }, output: 42, duration: expect.any(Number) as number },
		]);
	});

	test("are offered to the model with their schema", async () => {
		const { id } = await newAgent(ada, { tools: ["test_double"] });
		const { toolCalls } = await ask(ada, id, "use test_double with n = 4");
		expect(toolCalls).toMatchObject([{ toolId: "test_double", input: { n: 4 }, output: 8 }]);
	});

	test("are called as whoever runs the agent, in his trace, under a key that is the call's alone", async () => {
		const script = [[{ call: "test_echo", input: { n: 1 } }, { call: "test_echo", input: { n: 2 } }, { say: "done" }]];
		const { id } = await scripted(carol, script, { tools: ["test_echo"] }, { shared: true });
		const { toolCalls, traceId } = await ask(ada, id, "who?");
		const callers = toolCalls!.map(
			({ output }) => output as { userId: string; traceparent: string; idempotencyKey: string },
		);
		expect(callers.map(({ userId }) => userId)).toEqual(["usr_ada", "usr_ada"]);
		expect(callers.every(({ traceparent }) => traceparent.includes(traceId))).toBe(true);
		expect(new Set(callers.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(2);
	});

	test("that fail tell the model why", async () => {
		const { id } = await scripted(ada, [[{ call: "test_fail", input: { n: 1 } }, { say: "{{result}}" }]], {
			tools: ["test_fail"],
		});
		expect((await ask(ada, id, "try")).response).toContain("Too much.");
	});

	test("that change something are refused to a viewer, whoever owns the agent", async () => {
		const script = [[{ call: "test_write", input: { n: 1 } }, { say: "{{result}}" }]];
		const { id } = await scripted(carol, script, { tools: ["test_write"] }, { shared: true });
		expect((await ask(ada, id, "write")).response).toContain("written");
		expect((await ask(asCaller("usr_eve", "viewer"), id, "write")).response).toContain("a viewer may not");
	});

	test("are refused when the agent is saved, where they are another's or nobody's", async () => {
		const config = { model: "local/dev", tools: ["test_double", "test_private", "nothing"] };
		const body = { name: "Thief", framework: "langchain", config };
		const { errors } = await expectProblem(await ada.post("/api/v1/agents", body), 422, "invalid_input");
		expect(errors).toMatchObject([{ pointer: "/config/tools/1" }, { pointer: "/config/tools/2" }]);
		const { id } = await newAgent(ada);
		await expectProblem(await ada.send("PATCH", `/api/v1/agents/${id}`, { config }), 422, "invalid_input");
	});

	test("are looked up again when it runs, as the person who runs it", async () => {
		const { id } = await scripted(carol, [{ say: "hi" }], { tools: ["test_private"] }, { shared: true });
		expect((await ask(carol, id, "hi")).response).toBe("hi");
		const answer = await (await execute(ada, id, "hi")).text();
		expect(answer).toContain("test_private");
		expect(answer).not.toContain("secret");
	});

	test("that never answer do not hold up a cancellation", async () => {
		const { id } = await scripted(ada, [[{ call: "test_hang", input: { n: 1 } }]], { tools: ["test_hang"] });
		const { executionId } = await begin(ada, id, "wait");
		await reach(ada, executionId, "tool.started");
		expect((await cancel(ada, executionId)).status).toBe("cancelled");
		expect((await execution(ada, executionId)).status).toBe("cancelled");
	});

	test("go by their names where models can call them so, and no two by the same", async () => {
		const script = [
			[{ call: "weather__forecast", input: { n: 1 } }, { call: "test_named_2", input: { n: 1 } }, { say: "done" }],
		];
		const { id } = await scripted(ada, script, { tools: ["test_named_1", "test_named_2"] });
		const { toolCalls, sessionId } = await ask(ada, id, "weather?");
		expect(toolCalls).toMatchObject([
			{ toolId: "test_named_1", output: "rain 1" },
			{ toolId: "test_named_2", output: "sun" },
		]);
		const said = (await messages(ada, sessionId)).flatMap((message) => message.toolCalls ?? []);
		expect(said.map(({ toolId }) => toolId).toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
			"test_named_1",
			"test_named_2",
		]);
	});

	test("are searched for where there are too many to offer", async () => {
		const tools = Array.from({ length: 40 }, (_, i) => `test_many_${i}`);
		const script: LocalScript = [
			[
				{ call: "find_tools", input: { query: "fetch item 17" } },
				{ call: "shelf__item_17", input: { n: 3 } },
				{ say: "{{result}}" },
			],
		];
		const { id } = await scripted(ada, script, { tools });
		const { toolCalls, response } = await ask(ada, id, "item 17, please");
		const found = toolCalls![0]!.output as { tools: { name: string }[] };
		expect(found.tools.map(({ name }) => name)).toContain("shelf__item_17");
		expect(response).toContain("20");
	});
});
