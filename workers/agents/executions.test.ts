import { expect, test, vi } from "vitest";
import type { Execution } from "#agents/schema";
import { asCaller, type TestCaller } from "../../test/support/as-caller.ts";
import { ask, begin, cancel, execute, execution, expectJson, expectProblem, newAgent, scripted } from "./testing.ts";

const ada = asCaller("usr_ada");
const bob = asCaller("usr_bob");

async function list(caller: TestCaller, query = ""): Promise<{ executions: Execution[]; nextCursor?: string }> {
	return await expectJson(await caller.get(`/api/v1/agents/executions${query}`), 200);
}

test("executions are listed by agent, session and status, in pages, to their owner", async () => {
	const cara = asCaller(`usr_${crypto.randomUUID()}`);
	const [talker, failer] = [await newAgent(cara), await scripted(cara, [{ fail: "no", status: 400 }])];
	const { sessionId } = await ask(cara, talker.id, "say one");
	await ask(cara, talker.id, { message: "say two", sessionId });
	await ask(cara, talker.id, "say three");
	await expectProblem(await execute(cara, failer.id, "x"), 502, "provider_error");
	await vi.waitFor(async () =>
		expect((await list(cara)).executions.map(({ status }) => status).toSorted()).toEqual([
			...["completed", "completed", "completed", "failed"],
		]),
	);
	expect((await list(cara, `?agentId=${talker.id}`)).executions).toHaveLength(3);
	expect((await list(cara, `?sessionId=${sessionId}`)).executions).toHaveLength(2);
	const failed = (await list(cara, "?status=failed")).executions;
	expect(failed).toMatchObject([{ agentId: failer.id, error: { code: "provider_error" }, input: { message: "x" } }]);
	expect((await list(cara, `?status=completed&agentId=${failer.id}`)).executions).toEqual([]);
	const first = await list(cara, "?limit=3");
	const second = await list(cara, `?limit=3&cursor=${first.nextCursor}`);
	expect(second.nextCursor).toBeUndefined();
	const all = [...first.executions, ...second.executions];
	expect(new Set(all.map(({ id }) => id)).size).toBe(4);
	const times = all.map(({ startTime }) => startTime);
	expect(times).toEqual(times.toSorted().toReversed());
	expect((await list(bob, `?agentId=${talker.id}`)).executions).toEqual([]);
	await expectProblem(await cara.get("/api/v1/agents/executions?status=odd"), 422, "invalid_input");
});

test("an execution is shown as it is now, with what it has used", async () => {
	const { id } = await newAgent(ada);
	const { executionId, usage } = await ask(ada, id, { message: "say hi", metadata: { tag: 1 } });
	expect(await execution(ada, executionId)).toMatchObject({
		...{ id: executionId, agentId: id, status: "completed", usage },
		input: { message: "say hi", metadata: { tag: 1 } },
		output: { response: "hi", steps: 1 },
		duration: expect.any(Number),
		lastSeq: expect.any(Number),
	});
	for (const path of ["", "/stream"]) {
		await expectProblem(await bob.get(`/api/v1/agents/executions/${executionId}${path}`), 404, "not_found");
	}
	await expectProblem(await bob.send("POST", `/api/v1/agents/executions/${executionId}/cancel`), 404, "not_found");
});

test("the executions of a deleted agent stay readable", async () => {
	const { id } = await newAgent(ada);
	const { executionId } = await ask(ada, id, "say hi");
	await ada.send("DELETE", `/api/v1/agents/${id}`);
	expect(await execution(ada, executionId)).toMatchObject({ status: "completed" });
});

test("a running execution is listed as running before it ends", async () => {
	const cara = asCaller(`usr_${crypto.randomUUID()}`);
	const { id } = await scripted(cara, [{ say: "late", delayMs: 60_000 }]);
	const { executionId } = await begin(cara, id, "hi");
	await vi.waitFor(
		async () => expect((await list(cara, "?status=running")).executions).toMatchObject([{ id: executionId }]),
		{ timeout: 5_000 },
	);
	await cancel(cara, executionId);
	await vi.waitFor(async () => expect((await list(cara, "?status=cancelled")).executions).toHaveLength(1));
});
