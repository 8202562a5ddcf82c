import { abortAllDurableObjects, runDurableObjectAlarm } from "cloudflare:test";
import { describe, expect, test, vi } from "vitest";
import type { Execution } from "#agents/schema";
import type { LocalScript } from "#models/local-script-schema";
import { asCaller, type TestCaller } from "../../test/support/as-caller.ts";
import { ask, cancel, eventsOf, execute, execution, expectJson, expectProblem, objectOf, scripted } from "./testing.ts";

const ada = asCaller("usr_ada");
const guarded: LocalScript = [[{ call: "test_guarded", input: { n: 1 } }, { say: "{{result}}" }]];
const two: LocalScript = [
	[
		{
			calls: [
				{ call: "test_guarded", input: { n: 1 } },
				{ call: "test_guarded", input: { n: 2 } },
			],
		},
		{ say: "after both" },
	],
];

/** An execution that waits. */
async function waiting(script = guarded, caller: TestCaller = ada) {
	const agent = await scripted(caller, script, { tools: ["test_guarded", "test_double"] });
	const answer = await ask(caller, agent.id, "go");
	expect(answer.status).toBe("input_required");
	return { ...answer, agent, approvals: answer.approvals! };
}

async function decide(executionId: string, approvalId: string, body: object, caller: TestCaller = ada) {
	return await caller.post(`/api/v1/agents/executions/${executionId}/approvals/${approvalId}`, body);
}

async function settled(executionId: string): Promise<Execution> {
	return await vi.waitFor(
		async () => {
			const found = await execution(ada, executionId);
			expect(found.status).not.toBe("running");
			return found;
		},
		{ timeout: 5_000 },
	);
}

describe("a tool call that needs approval", () => {
	test("waits, shows what it would do, and is made with what was allowed", async () => {
		const { executionId, approvals, toolCalls } = await waiting();
		expect(toolCalls).toEqual([]);
		expect(approvals).toMatchObject([{ toolId: "test_guarded", arguments: { n: 1 } }]);
		const [{ id, argumentsHash }] = approvals as [(typeof approvals)[number]];
		await expectJson(await decide(executionId, id, { decision: "approve", argumentsHash }), 200);
		const { status, output } = await settled(executionId);
		expect(status).toBe("completed");
		expect(output?.toolCalls).toMatchObject([
			{ toolId: "test_guarded", output: { made: 1, approvedHash: argumentsHash } },
		]);
		expect(output?.approvals).toBeUndefined();
		const types = (await eventsOf(ada, executionId)).map(({ type }) => type);
		expect(types.filter((type) => /approval|input_required|tool\./.test(type))).toEqual([
			...["approval.required", "run.input_required", "approval.granted", "tool.started", "tool.completed"],
		]);
	});

	test("that is denied is not made, and the model hears why", async () => {
		const { executionId, approvals } = await waiting();
		await expectJson(await decide(executionId, approvals[0]!.id, { decision: "deny", reason: "too early" }), 200);
		const { status, output } = await settled(executionId);
		expect(status).toBe("completed");
		expect(output?.response).toContain("too early");
		expect(JSON.stringify(output?.toolCalls)).not.toContain("made");
	});

	test("is decided once, and only as the call that was shown", async () => {
		const { executionId, approvals } = await waiting(two);
		const [first, second] = approvals.map(({ id, argumentsHash }) => ({ id, argumentsHash }));
		const altered = { decision: "approve", argumentsHash: second!.argumentsHash };
		await expectProblem(await decide(executionId, first!.id, altered), 409, "conflict");
		const answers = await Promise.all(
			Array.from({ length: 10 }, () => decide(executionId, first!.id, { decision: "approve" })),
		);
		expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, ...Array(9).fill(409)]);
		expect((await execution(ada, executionId)).status).toBe("input_required");
		expect((await execution(ada, executionId)).output?.approvals).toMatchObject([{ id: second!.id }]);
		await expectJson(await decide(executionId, second!.id, { decision: "deny" }), 200);
		const { output } = await settled(executionId);
		expect(output?.toolCalls.map(({ output: value }) => value)).toMatchObject(
			expect.arrayContaining([expect.objectContaining({ made: 1 }), expect.stringContaining("denied")]),
		);
	});

	test("is another person's business to nobody", async () => {
		const { executionId, approvals } = await waiting();
		const approve = { decision: "approve" };
		const { id } = approvals[0]!;
		await expectProblem(await decide(executionId, id, approve, asCaller("usr_bob")), 404, "not_found");
		await expectProblem(await decide(executionId, id, approve, asCaller("usr_ada", "viewer")), 403, "forbidden");
		const other = await waiting();
		await expectProblem(await decide(other.executionId, id, approve), 404, "not_found");
		expect((await execution(ada, executionId)).status).toBe("input_required");
	});

	test("waits over a crash, and a message in the session is not taken for a decision", async () => {
		const { executionId, approvals, agent, sessionId } = await waiting();
		await abortAllDurableObjects();
		await runDurableObjectAlarm(objectOf(executionId));
		expect((await execution(ada, executionId)).status).toBe("input_required");
		const message = { message: "yes, do it", sessionId };
		await expectProblem(await execute(ada, agent.id, message), 409, "approval_required");
		await expectJson(await decide(executionId, approvals[0]!.id, { decision: "approve" }), 200);
		expect((await settled(executionId)).output?.toolCalls).toMatchObject([{ output: { made: 1 } }]);
	});

	test("is never made once the execution is cancelled", async () => {
		const { executionId, approvals } = await waiting();
		await cancel(ada, executionId);
		await expectProblem(await decide(executionId, approvals[0]!.id, { decision: "approve" }), 409, "conflict");
	});

	test("is asked for again where the tool has changed since it was shown", async () => {
		const { executionId, approvals } = await waiting();
		const changer = await scripted(ada, [[{ call: "test_change", input: { n: 1 } }, { say: "changed" }]], {
			tools: ["test_change"],
		});
		await ask(ada, changer.id, "change it");
		await expectJson(await decide(executionId, approvals[0]!.id, { decision: "approve" }), 200);
		const again = await settled(executionId);
		expect(again.status).toBe("input_required");
		expect(again.output?.toolCalls).toEqual([]);
		const [next] = again.output!.approvals!;
		expect(next!.argumentsHash).not.toBe(approvals[0]!.argumentsHash);
		await expectJson(await decide(executionId, next!.id, { decision: "approve" }), 200);
		const { output } = await settled(executionId);
		expect(output?.toolCalls).toMatchObject([{ output: { approvedHash: next!.argumentsHash } }]);
	});

	test("is refused where nobody could allow it", async () => {
		const { agent } = await waiting();
		const body = { model: agent.id, messages: [{ role: "user", content: "go" }] };
		const answer = await expectJson<{ choices: { message: { content: string } }[] }>(
			await ada.post("/v1/chat/completions", body),
			200,
		);
		expect(answer.choices[0]!.message.content).toContain("A person has to allow it.");
	});
});
