import { abortAllDurableObjects } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test, vi } from "vitest";
import type { Caller } from "#core/caller";
import { asAppError } from "#core/errors";
import { newToken } from "#core/ids";
import { newRunId } from "#run/run-id";
import type { ExecuteToolResponse, ToolExecution } from "#tools/schema";
import type { ToolHome } from "#tools/tool-home";
import { asCaller } from "../../test/support/as-caller.ts";
import { allEvents } from "../../test/support/sse-events.ts";
import { begin, execute, execution, expectJson, expectProblem, newTool, toolOf } from "./testing.ts";

const ada = asCaller("usr_ada");
const bob = asCaller("usr_bob");

async function settled(id: string): Promise<ToolExecution> {
	return await vi.waitFor(async () => {
		const found = await execution(ada, id);
		expect(found.status).not.toMatch(/queued|running/);
		return found;
	});
}

async function listed(query: string): Promise<ToolExecution[]> {
	const response = await ada.get(`/api/v1/tools/executions?${query}`);
	return (await expectJson<{ executions: ToolExecution[] }>(response, 200)).executions;
}

describe("a call that is kept", () => {
	test("is accepted at once, made, and listed", async () => {
		const { id: toolId } = await newTool(ada);
		const id = await begin(ada, toolId, { n: 21 });
		expect(await settled(id)).toMatchObject({ toolId, status: "completed", input: { n: 21 }, output: { twice: 42 } });
		await vi.waitFor(async () =>
			expect(await listed(`toolId=${toolId}`)).toMatchObject([{ id, status: "completed", output: { twice: 42 } }]),
		);
		expect(await listed(`toolId=${toolId}&status=failed`)).toEqual([]);
		await expectProblem(await bob.get(`/api/v1/tools/executions/${id}`), 404, "not_found");
	});

	test("tells its events, each once, from any place", async () => {
		const { id: toolId } = await newTool(ada);
		const id = await begin(ada, toolId, { n: 1 });
		await settled(id);
		const path = `/api/v1/tools/executions/${id}/stream`;
		const all = (await allEvents(await ada.get(path))).map(({ event }) => event);
		expect(all).toEqual(["run.queued", "run.started", "run.completed"]);
		const rest = await ada.get(path, { "last-event-id": "2" });
		expect((await allEvents(rest)).map(({ event }) => event)).toEqual(["run.completed"]);
	});

	test("that fails says why, and that it did", async () => {
		const { id: toolId } = await toolOf(ada, 'export function run() { throw new Error("no luck"); }');
		const id = await begin(ada, toolId, {});
		expect(await settled(id)).toMatchObject({
			status: "failed",
			error: { code: "tool_failed", message: expect.stringContaining("no luck") },
		});
	});

	test("is not begun where its parameters do not fit", async () => {
		const { id } = await newTool(ada);
		const response = await execute(ada, id, { n: "x" }, { headers: { prefer: "respond-async" } });
		await expectProblem(response, 422, "invalid_input");
		expect(await listed(`toolId=${id}`)).toEqual([]);
	});

	test("can be cancelled while it waits for another server", async () => {
		const id = await begin(ada, "web_fetch", { url: "http://127.0.0.1:9/" });
		const path = `/api/v1/tools/executions/${id}/cancel`;
		await expectProblem(await bob.send("POST", path), 404, "not_found");
		const { status } = await expectJson<ToolExecution>(await ada.send("POST", path), 200);
		expect(["cancelled", "failed"]).toContain(status);
		expect(await expectJson<ToolExecution>(await ada.send("POST", path), 200)).toMatchObject({ status });
	});

	test("goes on after a crash of every object", async () => {
		const { id: toolId } = await newTool(ada);
		const ids = await Promise.all(Array.from({ length: 20 }, (_, n) => begin(ada, toolId, { n })));
		await abortAllDurableObjects();
		for (const [n, id] of ids.entries()) {
			expect(await settled(id)).toMatchObject({ status: "completed", output: { twice: 2 * n } });
		}
	});
});

describe("an idempotency key", () => {
	test("makes one execution of 50 parallel calls", async () => {
		const { id } = await newTool(ada);
		const headers = { "idempotency-key": crypto.randomUUID() };
		const responses = await Promise.all(Array.from({ length: 50 }, () => execute(ada, id, { n: 4 }, { headers })));
		const answers = await Promise.all(responses.map((response) => expectJson<ExecuteToolResponse>(response, 200)));
		expect(new Set(answers.map(({ executionId }) => executionId)).size).toBe(1);
		for (const answer of answers) expect(answer).toMatchObject({ status: "success", result: { twice: 8 } });
		await vi.waitFor(async () => expect(await listed(`toolId=${id}`)).toHaveLength(1));
	});

	test("with another body is refused, and is another user's own", async () => {
		const { id } = await newTool(ada, { shared: true });
		const headers = { "idempotency-key": crypto.randomUUID() };
		const first = await expectJson<ExecuteToolResponse>(await execute(ada, id, { n: 1 }, { headers }), 200);
		await expectProblem(await execute(ada, id, { n: 2 }, { headers }), 422, "idempotency_key_reused");
		const other = await expectJson<ExecuteToolResponse>(await execute(bob, id, { n: 2 }, { headers }), 200);
		expect(other.executionId).not.toBe(first.executionId);
		expect(other.result).toEqual({ twice: 4 });
	});
});

test("an object takes no more calls than its memory holds, and goes on taking them when some have ended", async () => {
	const home = newToken();
	const object = env.TOOL_RUNS.getByName(home) as unknown as ToolHome;
	const caller: Caller = { userId: "usr_flood", role: "user", requestId: "r", traceparent: "" };
	const input = { toolId: "text_split", parameters: { text: "x".repeat(1_000_000) } };
	const ids = Array.from({ length: 8 }, () => newRunId(home));
	for (const id of ids) await object.start(caller, id, input, "asked");
	const refused = object.start(caller, newRunId(home), input, "asked");
	expect(asAppError(await refused.catch((error: unknown) => error))?.code).toBe("limit_exceeded");
	await object.start(caller, ids[0]!, input, "asked");
	await object.cancel(caller, ids[0]!);
	await object.start(caller, newRunId(home), input, "asked");
});
