import { abortAllDurableObjects } from "cloudflare:test";
import { describe, expect, test, vi } from "vitest";
import type { AgentTurn } from "#agents/client";
import type { Caller } from "#core/caller";
import type { LocalScript } from "#models/local-script-schema";
import { asCaller } from "../../test/support/as-caller.ts";
import {
	ask,
	agentsClient as client,
	eventsOf,
	execution,
	expectJson,
	newAgent,
	reach,
	refusal,
	rpcCaller,
	scripted,
} from "./testing.ts";

const ada = asCaller("usr_ada");
const waitMs = 5_000;
const guarded: LocalScript = [{ call: "test_guarded", input: { n: 1 } }, { say: "done" }];
const slow: LocalScript = [{ wait: 400 }, { say: "at last" }];

async function run(caller: Caller, agentId: string, turn: AgentTurn | string = "hi", ms = waitMs) {
	return await client.run(caller, agentId, typeof turn === "string" ? { message: turn } : turn, { waitMs: ms });
}

function withKey(userId = "usr_ada"): Caller {
	return rpcCaller(userId, { idempotencyKey: crypto.randomUUID() });
}

async function deactivate(id: string): Promise<void> {
	await expectJson(await ada.send("PATCH", `/api/v1/agents/${id}`, { status: "inactive" }), 200);
}

/** Ids of the executions of an agent that has some, once they are listed. */
async function executionsOf(agentId: string): Promise<string[]> {
	return await vi.waitFor(async () => {
		const response = await ada.get(`/api/v1/agents/executions?agentId=${agentId}`);
		const { executions } = await expectJson<{ executions: Array<{ id: string }> }>(response, 200);
		expect(executions).not.toEqual([]);
		return executions.map(({ id }) => id);
	}, 3_000);
}

describe("describe", () => {
	test("tells of the agents that the caller may run now, and of no others", async () => {
		const own = await newAgent(ada, {}, { name: "Ada's" });
		const shared = await newAgent(ada, {}, { name: "All's", shared: true });
		const inactive = await newAgent(ada);
		await deactivate(inactive.id);
		const ids = [shared.id, "nothing", inactive.id, own.id];
		const [adas, alls] = [
			{ id: own.id, name: "Ada's" },
			{ id: shared.id, name: "All's" },
		];
		expect(await client.describe(rpcCaller("usr_ada"), ids)).toEqual([alls, adas]);
		expect(await client.describe(rpcCaller("usr_bob"), ids)).toEqual([alls]);
		expect(await client.describe(rpcCaller("usr_bob", { role: "viewer" }), ids)).toEqual([alls]);
		expect(await client.describe(rpcCaller("usr_root", { role: "admin" }), ids)).toEqual([alls, adas]);
	});

	test("takes as many ids as a workflow has nodes", async () => {
		const { id, name } = await newAgent(ada);
		const ids = [...Array.from({ length: 2_000 }, (_, i) => `agt_${i}`), id];
		expect(await client.describe(rpcCaller("usr_ada"), ids)).toEqual([{ id, name }]);
		expect(await client.describe(rpcCaller("usr_ada"), [])).toEqual([]);
	});
});

describe("run", () => {
	test("answers what the agent says and has done, and where the conversation goes on", async () => {
		const script = [
			[{ call: "test_double", input: { n: 2 } }, { cite: { source: "s", title: "t" } }, { say: "4" }],
			[{ say: "again" }],
		];
		const { id } = await scripted(ada, script, { tools: ["test_double"] });
		const first = await run(rpcCaller("usr_ada"), id);
		expect(first).toEqual({
			executionId: expect.stringMatching(/^run_/),
			sessionId: expect.stringMatching(/^ses_/),
			status: "completed",
			response: "4",
			toolCalls: [{ toolId: "test_double", input: { n: 2 }, output: 4, duration: expect.any(Number) }],
			citations: [expect.objectContaining({ source: "s", title: "t" })],
			usage: expect.objectContaining({ totalTokens: expect.any(Number) }),
		});
		const { sessionId } = first;
		expect(await run(rpcCaller("usr_ada"), id, { message: "go on", sessionId })).toMatchObject({
			...{ sessionId, response: "again", status: "completed" },
		});
	});

	test("shows the agent the parameters, where there are any", async () => {
		const { id } = await newAgent(ada);
		const inputOf = async (parameters?: Record<string, unknown>) =>
			(await execution(ada, (await run(rpcCaller("usr_ada"), id, { message: "hi", parameters })).executionId)).input;
		expect(await inputOf({ price: 3 })).toEqual({ message: "hi", context: { price: 3 } });
		expect(await inputOf({})).toEqual({ message: "hi" });
		expect(await inputOf()).toEqual({ message: "hi" });
	});

	test.each([
		["message", { message: "" }],
		["message", { message: 7 as never }],
		["sessionId", { message: "hi", sessionId: "" }],
		["parameters", { message: "hi", parameters: { at: new Date() } }],
		["parameters", { message: "hi", parameters: { long: "x".repeat(200_001) } }],
	])("says what is wrong with a turn: its %s", async (field, turn) => {
		const { id } = await newAgent(ada);
		const refused = run(rpcCaller("usr_ada"), id, turn);
		expect(await refusal(refused)).toBe("invalid_input");
		await expect(refused).rejects.toThrow(field);
	});

	test("runs nobody else's agent, and none that is switched off", async () => {
		const { id } = await newAgent(ada);
		expect(await refusal(run(rpcCaller("usr_bob"), id))).toBe("not_found");
		expect(await refusal(run(rpcCaller("usr_ada"), "nothing"))).toBe("not_found");
		await deactivate(id);
		expect(await refusal(run(rpcCaller("usr_ada"), id))).toBe("conflict");
	});

	test("goes on with nobody else's session", async () => {
		const { id } = await newAgent(ada, {}, { shared: true });
		const { sessionId } = await run(rpcCaller("usr_ada"), id);
		expect(await refusal(run(rpcCaller("usr_bob"), id, { message: "hi", sessionId }))).toBe("not_found");
	});

	test("as a viewer makes no call that writes", async () => {
		const script = [{ call: "test_write", input: { n: 1 } }, { say: "{{result}}" }];
		const { id } = await scripted(ada, script, { tools: ["test_write"] }, { shared: true });
		const { response } = await run(rpcCaller("usr_viewer", { role: "viewer" }), id);
		expect(response).toContain("a viewer may not");
	});
});

describe("a key", () => {
	test("stands for one run, however often and in whatever crash it comes again", async () => {
		const { id } = await scripted(ada, [[{ wait: 100 }, { say: "first" }], [{ say: "second" }]]);
		const caller = withKey();
		const [one, two] = await Promise.all([run(caller, id), run(caller, id)]);
		expect(await executionsOf(id)).toEqual([one.executionId]);
		await abortAllDurableObjects();
		const three = await run(caller, id);
		expect([one, two, three]).toEqual(Array(3).fill(expect.objectContaining({ response: "first" })));
		expect(new Set([one, two, three].map(({ executionId }) => executionId)).size).toBe(1);
	});

	test("stands for one turn of a session that goes on", async () => {
		const { id } = await scripted(ada, [[{ say: "first" }], [{ say: "second" }], [{ say: "third" }]]);
		const { sessionId } = await ask(ada, id, "hi");
		const caller = withKey();
		const turn = { message: "hi", sessionId };
		expect((await run(caller, id, turn)).response).toBe("second");
		expect((await run(caller, id, turn)).response).toBe("second");
		expect((await run(withKey(), id, turn)).response).toBe("third");
	});

	test("belongs to one user and to one turn", async () => {
		const { id } = await newAgent(ada, {}, { shared: true });
		const caller = withKey();
		const { executionId } = await run(caller, id);
		expect((await run({ ...caller, userId: "usr_bob" }, id)).executionId).not.toBe(executionId);
		expect(await refusal(run(caller, id, "something else"))).toBe("idempotency_key_reused");
		expect((await run(rpcCaller("usr_ada"), id)).executionId).not.toBe(executionId);
	});

	test("of a run that was cut off by a crash is answered with the run's own end", async () => {
		const { id } = await scripted(ada, [{ call: "current_time" }, ...slow], { tools: ["current_time"] });
		const caller = withKey();
		const { executionId } = await run(caller, id, "hi", 0);
		const cut = run(caller, id).catch(() => undefined);
		await reach(ada, executionId, "tool.completed");
		await abortAllDurableObjects();
		await cut;
		const outcome = await run(caller, id);
		expect(outcome).toMatchObject({ executionId, status: "completed", response: "at last" });
		expect(outcome.toolCalls).toHaveLength(1);
		const types = (await eventsOf(ada, executionId)).map(({ type }) => type);
		expect(types.filter((type) => type === "tool.started")).toHaveLength(1);
	});
});

describe("a run that does not succeed", () => {
	test("throws what it failed with, and again for the same key", async () => {
		const { id } = await scripted(ada, [{ fail: "no such luck", status: 400 }]);
		const caller = withKey();
		await expect(run(caller, id)).rejects.toMatchObject({
			code: "provider_error",
			message: expect.stringContaining("no such luck"),
		});
		expect(await refusal(run(caller, id))).toBe("provider_error");
		expect(await executionsOf(id)).toHaveLength(1);
	});

	test("is cancelled by its caller and by nobody else, and that is its end", async () => {
		const { id } = await scripted(ada, slow);
		const caller = withKey();
		const { executionId } = await run(caller, id, "hi", 0);
		expect(await refusal(client.cancel(rpcCaller("usr_bob"), executionId))).toBe("not_found");
		await client.cancel(caller, executionId);
		expect((await execution(ada, executionId)).status).toBe("cancelled");
		expect(await refusal(run(caller, id))).toBe("cancelled");
		expect(await refusal(client.settled(caller, executionId, { waitMs }))).toBe("cancelled");
		await client.cancel(caller, executionId);
	});

	test("is cancelled while somebody waits for it", async () => {
		const { id } = await scripted(ada, [{ wait: 60_000 }]);
		const caller = withKey();
		const { executionId } = await run(caller, id, "hi", 0);
		const waiting = refusal(run(caller, id));
		await client.cancel(caller, executionId);
		expect(await waiting).toBe("cancelled");
	});
});

describe("a run that goes on", () => {
	test("is told as running, and its answer to whoever asks again", async () => {
		const { id } = await scripted(ada, slow);
		const caller = withKey();
		const early = await run(caller, id, "hi", 50);
		expect(early).toEqual({
			status: "running",
			executionId: expect.stringMatching(/^run_/),
			sessionId: expect.stringMatching(/^ses_/),
		});
		const { executionId } = early;
		expect(await client.settled(caller, executionId, { waitMs: 0 })).toEqual(early);
		expect(await run(caller, id)).toMatchObject({ executionId, status: "completed", response: "at last" });
		expect(await executionsOf(id)).toEqual([executionId]);
	});

	test("is running while it waits for its turn in the session", async () => {
		const { id } = await scripted(ada, slow, { multitaskStrategy: "enqueue" });
		const { sessionId } = await run(withKey(), id, "one", 0);
		const second = withKey();
		const turn = { message: "two", sessionId };
		expect(await run(second, id, turn, 0)).toMatchObject({ sessionId, status: "running" });
		expect(await run(second, id, turn)).toMatchObject({ status: "completed", response: "at last" });
	});

	test("is waited for by its id, also where its agent was switched off meanwhile, and by nobody else", async () => {
		const { id } = await scripted(ada, slow);
		const { executionId } = await run(rpcCaller("usr_ada"), id, "hi", 0);
		await deactivate(id);
		expect(await refusal(client.settled(rpcCaller("usr_bob"), executionId, { waitMs }))).toBe("not_found");
		expect(await refusal(client.settled(rpcCaller("usr_ada"), "nothing", { waitMs }))).toBe("not_found");
		expect(await client.settled(rpcCaller("usr_ada"), executionId, { waitMs })).toMatchObject({
			...{ executionId, status: "completed", response: "at last" },
		});
	});
});

describe("a run that waits for a person", () => {
	test("tells what it wants to do, and goes on under the same key once that is allowed", async () => {
		const { id } = await scripted(ada, guarded, { tools: ["test_guarded"] });
		const caller = withKey();
		const { executionId, status, approvals } = await run(caller, id);
		expect(status).toBe("input_required");
		expect(approvals).toMatchObject([{ toolId: "test_guarded", arguments: { n: 1 } }]);
		expect(await run(caller, id)).toMatchObject({ executionId, approvals });
		const [{ id: approvalId, argumentsHash }] = approvals as [NonNullable<typeof approvals>[number]];
		const decided = { decision: "approve", argumentsHash } as const;
		expect(await refusal(client.decide(rpcCaller("usr_bob"), executionId, approvalId, decided))).toBe("not_found");
		await client.decide(caller, executionId, approvalId, decided);
		const done = await run(caller, id);
		expect(done).toMatchObject({
			...{ executionId, status: "completed", response: "done" },
			toolCalls: [{ toolId: "test_guarded", output: { made: 1, approvedHash: argumentsHash } }],
		});
		expect(done).not.toHaveProperty("approvals");
		expect(await refusal(client.decide(caller, executionId, approvalId, decided))).toBe("conflict");
	});

	test("does not make the call that is denied", async () => {
		const { id } = await scripted(ada, guarded, { tools: ["test_guarded"] });
		const caller = withKey();
		const { executionId, approvals } = await run(caller, id);
		await client.decide(caller, executionId, approvals![0]!.id, { decision: "deny", reason: "too early" });
		const { status, toolCalls } = await run(caller, id);
		expect(status).toBe("completed");
		expect(JSON.stringify(toolCalls)).not.toContain("made");
		expect(JSON.stringify(toolCalls)).toContain("too early");
	});

	test("lets a viewer allow nothing that changes something", async () => {
		const { id } = await scripted(ada, guarded, { tools: ["test_guarded"] });
		const { executionId, approvals } = await run(withKey(), id);
		const demoted = rpcCaller("usr_ada", { role: "viewer" });
		const decision = client.decide(demoted, executionId, approvals![0]!.id, { decision: "approve" });
		expect(await refusal(decision)).toBe("forbidden");
	});

	test("has a question as its response, and no approvals", async () => {
		const { id } = await scripted(ada, [{ ask: "Which city?" }, { say: "{{result}}" }], { tools: ["ask_user"] });
		const asked = await run(withKey(), id);
		expect(asked).toMatchObject({ status: "input_required", response: "Which city?" });
		expect(asked).not.toHaveProperty("approvals");
		const { sessionId, executionId } = asked;
		expect(await run(withKey(), id, { message: "Rome", sessionId })).toMatchObject({
			...{ executionId, status: "completed", response: "Rome" },
		});
	});
});
