import { abortAllDurableObjects, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { homeOf } from "#run/run-id";
import type { ExecuteToolResponse, ToolExecution } from "#tools/schema";
import { asCaller, type TestCaller } from "../../test/support/as-caller.ts";
import { eventsOf, execute, execution, expectJson, expectProblem, listed, newTool, reached } from "./testing.ts";

const ada = asCaller("usr_ada");
const bob = asCaller("usr_bob");

interface Asked {
	id: string;
	/** Of the approval. */
	path: string;
	argumentsHash: string;
}

/** Calls a new tool that needs approval. */
async function ask(caller: TestCaller, toolFields: object = {}, n = 4): Promise<Asked> {
	const tool = await newTool(caller, { requiresApproval: true, ...toolFields });
	return await askFor(caller, tool.id, n);
}

async function askFor(caller: TestCaller, toolId: string, n: number, headers = {}): Promise<Asked> {
	const answer = await expectJson<ExecuteToolResponse>(await execute(caller, toolId, { n }, { headers }), 202);
	const { executionId: id, approval } = answer;
	return {
		id: id!,
		path: `/api/v1/tools/executions/${id}/approvals/${approval!.id}`,
		argumentsHash: approval!.argumentsHash,
	};
}

describe("a tool that needs approval", () => {
	test("is not called before somebody allows it, and then once", async () => {
		const { id, path, argumentsHash } = await ask(ada);
		expect(await execution(ada, id)).toMatchObject({ status: "input_required", approval: { argumentsHash } });
		expect(await eventsOf(ada, id)).toEqual(["run.queued", "approval.required"]);
		expect(await listed(ada, `status=input_required&toolId=${(await execution(ada, id)).toolId}`, 1)).toMatchObject([
			{ id, approval: { argumentsHash } },
		]);
		await expectJson(await ada.post(path, { decision: "approve", argumentsHash }), 200);
		const done = await reached(ada, id, "completed");
		expect(done.output).toEqual({ twice: 8 });
		expect(done).not.toHaveProperty("approval");
		expect(await eventsOf(ada, id)).toEqual([
			...["run.queued", "approval.required", "approval.granted", "run.started", "run.completed"],
		]);
	});

	test("is not called as another tool than was shown: one that has changed is asked for again", async () => {
		const tool = await newTool(ada, { requiresApproval: true });
		const { id, path, argumentsHash } = await askFor(ada, tool.id, 4);
		const source = "export function run({ n }) { return { twice: n * 200 }; }";
		await expectJson(await ada.send("PATCH", `/api/v1/tools/${tool.id}`, { source, examples: [] }), 200);
		await expectProblem(await ada.post(path, { decision: "approve", argumentsHash }), 409, "conflict");
		const waiting = await execution(ada, id);
		expect(waiting).toMatchObject({ status: "input_required" });
		expect(waiting.approval!.argumentsHash).not.toBe(argumentsHash);
		const next = `/api/v1/tools/executions/${id}/approvals/${waiting.approval!.id}`;
		await expectJson(await ada.post(next, { decision: "approve" }), 200);
		expect((await reached(ada, id, "completed")).output).toEqual({ twice: 800 });
	});

	test("is denied by itself where nobody decides", async () => {
		const { id } = await ask(ada);
		const home = env.TOOL_RUNS.getByName(homeOf(id));
		await runInDurableObject(home, (_, { storage }) => {
			storage.sql.exec("UPDATE runs SET started_at = started_at - 8 * 86400000 WHERE id = ?", id);
		});
		await abortAllDurableObjects();
		await runDurableObjectAlarm(env.TOOL_RUNS.getByName(homeOf(id)));
		expect(await execution(ada, id)).toMatchObject({ status: "failed", error: { code: "approval_denied" } });
	});

	test("is not called where it is denied, and says why", async () => {
		const { id, path } = await ask(ada);
		const denied = await expectJson<ToolExecution>(
			await ada.post(path, { decision: "deny", reason: "Not today." }),
			200,
		);
		expect(denied).toMatchObject({ status: "failed", error: { code: "approval_denied", message: "Not today." } });
		expect(await eventsOf(ada, id)).toEqual(["run.queued", "approval.required", "approval.denied", "run.failed"]);
		await expectProblem(await ada.post(`/api/v1/tools/executions/${id}/retry`, undefined), 409, "conflict");
	});

	test("gives one answer to a key, and is asked for once", async () => {
		const tool = await newTool(ada, { requiresApproval: true });
		const headers = { "idempotency-key": crypto.randomUUID() };
		const first = await askFor(ada, tool.id, 2, headers);
		expect(await askFor(ada, tool.id, 2, { ...headers, prefer: "respond-async" })).toEqual(first);
	});

	test("also waits where the approval became necessary after the call was kept", async () => {
		const tool = await newTool(ada, { limits: { concurrency: 1, perMinute: 1 } });
		expect((await execute(ada, tool.id, { n: 1 })).status).toBe(200);
		const response = await execute(ada, tool.id, { n: 2 }, { headers: { prefer: "respond-async" } });
		const { executionId: id } = await expectJson<ExecuteToolResponse>(response, 202);
		await expectJson(await ada.send("PATCH", `/api/v1/tools/${tool.id}`, { requiresApproval: true, limits: {} }), 200);
		await abortAllDurableObjects();
		expect(await reached(ada, id!, "input_required")).toHaveProperty("approval");
	});
});

describe("an approval", () => {
	test("is decided once, whoever else decides at the same time", async () => {
		const { id, path } = await ask(ada);
		const decisions = Array.from({ length: 50 }, (_, i) => (i % 2 === 0 ? "approve" : "deny"));
		const answers = await Promise.all(decisions.map((decision) => ada.post(path, { decision })));
		const statuses = answers.map(({ status }) => status);
		expect(statuses.filter((status) => status === 200)).toHaveLength(1);
		expect(statuses.filter((status) => status === 409)).toHaveLength(49);
		const allowed = decisions[statuses.indexOf(200)] === "approve";
		expect((await reached(ada, id, "completed", "failed")).status).toBe(allowed ? "completed" : "failed");
		const events = await eventsOf(ada, id);
		expect(events.filter((type) => /^approval\.(granted|denied)$/.test(type))).toHaveLength(1);
	});

	test("survives a crash of every object, before and after it", async () => {
		const { id, path, argumentsHash } = await ask(ada);
		await abortAllDurableObjects();
		expect(await execution(ada, id)).toMatchObject({ status: "input_required", approval: { argumentsHash } });
		await expectJson(await ada.post(path, { decision: "approve" }), 200);
		await abortAllDurableObjects();
		expect((await reached(ada, id, "completed")).output).toEqual({ twice: 8 });
		await expectProblem(await ada.post(path, { decision: "approve" }), 409, "conflict");
	});

	test("is bound to the arguments that were shown", async () => {
		const one = await ask(ada, {}, 1);
		const other = await ask(ada, {}, 2);
		const body = { decision: "approve", argumentsHash: other.argumentsHash };
		await expectProblem(await ada.post(one.path, body), 409, "conflict");
		const crossed = one.path.replace(one.id, other.id);
		await expectProblem(await ada.post(crossed, { decision: "approve" }), 404, "not_found");
		expect((await execution(ada, one.id)).status).toBe("input_required");
	});

	test("of a call that was cancelled is no more", async () => {
		const { id, path } = await ask(ada);
		await expectJson(await ada.send("POST", `/api/v1/tools/executions/${id}/cancel`), 200);
		await expectProblem(await ada.post(path, { decision: "approve" }), 409, "conflict");
		expect(await execution(ada, id)).not.toHaveProperty("approval");
	});

	test("is nobody else's, and an admin's too", async () => {
		const { id, path } = await ask(ada, { shared: true });
		for (const decision of ["approve", "deny"]) {
			await expectProblem(await bob.post(path, { decision }), 404, "not_found");
			await expectProblem(await asCaller("usr_v", "viewer").post(path, { decision }), 404, "not_found");
		}
		await expectJson(await asCaller("usr_root", "admin").post(path, { decision: "approve" }), 200);
		await reached(ada, id, "completed");
	});

	test("is not given by a viewer to a call that changes something, also where he asked for it before he was one", async () => {
		const { id, path } = await ask(ada, { writes: true });
		const demoted = asCaller("usr_ada", "viewer");
		await expectProblem(await demoted.post(path, { decision: "approve" }), 403, "forbidden");
		expect((await execution(ada, id)).status).toBe("input_required");
		const reads = await ask(ada);
		await expectJson(await demoted.post(reads.path, { decision: "approve" }), 200);
	});
});
