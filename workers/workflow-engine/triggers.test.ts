import { env } from "cloudflare:workers";
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { Webhook } from "standardwebhooks";
import { describe, expect, test, vi } from "vitest";
import { derivedToken } from "#core/ids";
import { homeOf } from "#run/run-id";
import type { ExecutionSummary, WorkflowExecution } from "#workflow-engine/execution-schema";
import { maxDepth } from "#workflow-engine/limits";
import type { Workflow } from "#workflow-engine/schema";
import type { Trigger, TriggerWithSecret } from "#workflow-engine/triggers/schema";
import type { WorkflowHome } from "#workflow-engine/workflow-home";
import { anonymous, asCaller, type TestCaller } from "../../test/support/as-caller.ts";
import { approval, expectJson, expectProblem, newWorkflow, reached, run, steer, twoSteps, value } from "./testing.ts";

const asCallerOf = (userId: string) => ({ userId, role: "user" as const, requestId: "req_1", traceparent: "" });

/** Each test has its own people, and so its own objects. */
function somebody() {
	const id = `usr_${crypto.randomUUID()}`;
	return { id, caller: asCaller(id), viewer: asCaller(id, "viewer") };
}

const minute = 60_000;
const minutely = { type: "schedule", cron: "* * * * *", missed: "once" };
const failing = { nodes: [{ id: "oops", type: "transform", config: { value: "{{ input.none.deep }}" } }], edges: [] };
const pathOf = (workflowId: string, triggerId?: string) =>
	`/api/v1/workflows/${workflowId}/triggers${triggerId ? `/${triggerId}` : ""}`;

async function newTrigger(caller: TestCaller, workflowId: string, config: object, more: object = {}) {
	return await expectJson<TriggerWithSecret>(await caller.post(pathOf(workflowId), { config, ...more }), 201);
}

async function trigger(caller: TestCaller, { workflowId, id }: Trigger): Promise<Trigger> {
	return await expectJson<Trigger>(await caller.get(pathOf(workflowId, id)), 200);
}

async function change(caller: TestCaller, { workflowId, id }: Trigger, changes: object): Promise<TriggerWithSecret> {
	return await expectJson<TriggerWithSecret>(await caller.send("PATCH", pathOf(workflowId, id), changes), 200);
}

async function executionsOf(caller: TestCaller, workflowId: string): Promise<ExecutionSummary[]> {
	const response = await caller.get(`/api/v1/workflows/executions?workflowId=${workflowId}&limit=100`);
	return (await expectJson<{ executions: ExecutionSummary[] }>(response, 200)).executions;
}

async function begun(caller: TestCaller, workflowId: string, count: number): Promise<ExecutionSummary[]> {
	return await vi.waitFor(
		async () => {
			const executions = await executionsOf(caller, workflowId);
			expect(executions.filter(({ status }) => status !== "running")).toHaveLength(count);
			return executions;
		},
		{ timeout: 10_000, interval: 50 },
	);
}

const objectOf = async (userId: string) => env.WORKFLOW_TRIGGERS.getByName(await derivedToken("triggers", userId));

/** Waits where the minute is about to end: what a test counts are minutes. */
async function early(): Promise<void> {
	const left = minute - (Date.now() % minute);
	if (left < 3_000) await scheduler.wait(left + 10);
}

/** As if the object had slept for so many minutes: their times have passed, and the last one is due. */
async function oversleep(userId: string, minutes: number): Promise<void> {
	await early();
	const since = Math.floor(Date.now() / minute) * minute - minutes * minute + 1;
	const object = await objectOf(userId);
	await runInDurableObject(object, async (_, { storage }) => {
		storage.sql.exec("UPDATE plans SET since = ?, next_at = ?", since, since + 1);
		await storage.setAlarm(Date.now() + 3_600_000);
	});
	await evictDurableObject(object);
	expect(await runDurableObjectAlarm(object)).toBe(true);
}

async function plansOf(userId: string) {
	return await runInDurableObject(await objectOf(userId), (_, { storage }) => {
		const hasTables = storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'plans'").toArray().length > 0;
		return hasTables ? storage.sql.exec<{ trigger_id: string; next_at: number }>("SELECT * FROM plans").toArray() : [];
	});
}

describe("triggers belong to whoever made them", () => {
	test("made, shown, listed, changed, deleted", async () => {
		const { caller } = somebody();
		const { id } = await newWorkflow(caller);
		const made = await newTrigger(caller, id, minutely, { input: { n: 1 } });
		expect(made).toMatchObject({
			...{ workflowId: id, input: { n: 1 }, enabled: true },
			config: { type: "schedule", cron: "* * * * *", timeZone: "UTC", missed: "once" },
		});
		expect(Date.parse(made.nextRunAt!) % minute).toBe(0);
		expect(await trigger(caller, made)).toEqual(made);
		const second = await newTrigger(caller, id, { type: "webhook" });
		const { triggers, nextCursor } = await expectJson<{ triggers: Trigger[]; nextCursor: string }>(
			await caller.get(`${pathOf(id)}?limit=1`),
			200,
		);
		expect(triggers.map((found) => found.id)).toEqual([second.id]);
		expect(triggers[0]).not.toHaveProperty("secret");
		const rest = await expectJson<{ triggers: Trigger[] }>(await caller.get(`${pathOf(id)}?cursor=${nextCursor}`), 200);
		expect(rest.triggers).toEqual([made]);
		const daily = await change(caller, made, { config: { ...minutely, cron: "0 9 * * *", timeZone: "Europe/Berlin" } });
		expect(new Date(daily.nextRunAt!).getUTCMinutes()).toBe(0);
		expect(await plansOf(await workflowOwner(caller, id))).toMatchObject([{ next_at: Date.parse(daily.nextRunAt!) }]);
		expect((await caller.send("DELETE", pathOf(id, made.id))).status).toBe(204);
		await expectProblem(await caller.get(pathOf(id, made.id)), 404, "not_found");
		expect(await plansOf(await workflowOwner(caller, id))).toEqual([]);
	});

	test("another's triggers are not there, not even for an admin, and a viewer makes none", async () => {
		const [ada, bob, root] = [somebody(), somebody(), asCaller("usr_root", "admin")];
		const { id } = await newWorkflow(ada.caller, { shared: true });
		const made = await newTrigger(ada.caller, id, { type: "webhook" });
		for (const other of [bob.caller, root]) {
			await expectProblem(await other.get(pathOf(id, made.id)), 404, "not_found");
			await expectProblem(await other.send("PATCH", pathOf(id, made.id), { enabled: false }), 404, "not_found");
			await expectProblem(await other.send("DELETE", pathOf(id, made.id)), 404, "not_found");
			expect(await expectJson(await other.get(pathOf(id)), 200)).toEqual({ triggers: [] });
		}
		await expectProblem(await bob.viewer.post(pathOf(id), { config: minutely }), 403, "forbidden");
		await expectProblem(await ada.viewer.send("PATCH", pathOf(id, made.id), { enabled: false }), 403, "forbidden");
		await expectProblem(await ada.viewer.send("DELETE", pathOf(id, made.id)), 403, "forbidden");
		await expectProblem(await anonymous.get(pathOf(id)), 401, "unauthenticated");
	});

	test("somebody else's workflow is triggered where it is shared", async () => {
		const [ada, bob] = [somebody(), somebody()];
		const shared = await newWorkflow(ada.caller, { shared: true });
		const hidden = await newWorkflow(ada.caller);
		expect(await newTrigger(bob.caller, shared.id, minutely)).toMatchObject({ workflowId: shared.id });
		await expectProblem(await bob.caller.post(pathOf(hidden.id), { config: minutely }), 404, "not_found");
		await expectProblem(await bob.caller.get(pathOf(hidden.id)), 404, "not_found");
		await ada.caller.send("PATCH", `/api/v1/workflows/${shared.id}`, { status: "inactive" });
		await expectProblem(await bob.caller.post(pathOf(shared.id), { config: minutely }), 409, "conflict");
	});

	test.each([
		[{ type: "schedule", cron: "*/5 * * * * *" }, "/config/cron"],
		[{ type: "schedule", cron: "0 0 30 2 *" }, "/config/cron"],
		[{ type: "schedule", cron: "* * * * *", timeZone: "Mars/Phobos" }, "/config/timeZone"],
		[{ type: "schedule", cron: "* * * * *", missed: "some" }, "/config/missed"],
		[{ type: "event", workflowId: "wf_none" }, "/config/workflowId"],
		[{ type: "event", workflowId: "wf_none", on: [] }, "/config/on"],
		[{ type: "moon" }, "/config/type"],
	])("%j is refused, and it is said where", async (config, pointer) => {
		const { caller } = somebody();
		const { id } = await newWorkflow(caller);
		const { errors } = await expectProblem(await caller.post(pathOf(id), { config }), 422, "invalid_input");
		expect(errors!.map((error) => error.pointer)).toContain(pointer);
	});

	test("a trigger stays of its type, and only a webhook has a secret", async () => {
		const { caller } = somebody();
		const { id } = await newWorkflow(caller);
		const made = await newTrigger(caller, id, minutely);
		for (const changes of [{ config: { type: "webhook" } }, { rotateSecret: true }]) {
			await expectProblem(await caller.send("PATCH", pathOf(id, made.id), changes), 422, "invalid_input");
		}
	});

	test("a workflow has a hundred at most", async () => {
		const { caller, id: ownerId } = somebody();
		const { id } = await newWorkflow(caller);
		const made = await newTrigger(caller, id, { type: "webhook" });
		const insert = env.DB.prepare(
			`INSERT INTO workflow_triggers (id, workflow_id, owner_id, role, type, config, input, enabled, revision, created_at, updated_at)
				SELECT ?, workflow_id, owner_id, role, type, config, input, 0, revision, created_at, updated_at
				FROM workflow_triggers WHERE id = ?`,
		);
		await env.DB.batch(Array.from({ length: 99 }, (_, n) => insert.bind(`trg_${ownerId}${n}`, made.id)));
		await expectProblem(await caller.post(pathOf(id), { config: { type: "webhook" } }), 422, "limit_exceeded");
		await caller.send("DELETE", pathOf(id, made.id));
		await newTrigger(caller, id, { type: "webhook" });
	});
});

/** The one who made it. */
async function workflowOwner(caller: TestCaller, id: string): Promise<string> {
	return (await expectJson<Workflow>(await caller.get(`/api/v1/workflows/${id}`), 200)).createdBy;
}

describe("a schedule", () => {
	test("begins an execution when its time comes, and plans the next", async () => {
		const { caller, id: userId } = somebody();
		const { id, version } = await newWorkflow(caller, { nodes: [value("out", "{{ input }}")], edges: [] });
		const made = await newTrigger(caller, id, minutely, { input: { n: 20 } });
		await oversleep(userId, 1);
		const due = Math.floor(Date.now() / minute) * minute;
		const [execution] = await begun(caller, id, 1);
		const cause = new Date(due).toISOString();
		expect(execution).toMatchObject({
			...{ version, status: "completed", trigger: { triggerId: made.id, type: "schedule", cause } },
			output: { n: 20, scheduledTime: cause },
		});
		const after = await trigger(caller, made);
		expect(after).toMatchObject({ lastExecutionId: execution!.executionId });
		expect(Date.parse(after.nextRunAt!)).toBeGreaterThan(due);
		expect(after.lastFiredAt).toBeDefined();
		// The same time once more is the same execution.
		await oversleep(userId, 1);
		await begun(caller, id, 1);
	});

	test.each([
		["skip", 1],
		["once", 2],
		["all", 5],
	])("that has missed four times and is to %s has %i executions", async (missed, count) => {
		const { caller, id: userId } = somebody();
		const { id } = await newWorkflow(caller);
		await newTrigger(caller, id, { ...minutely, missed });
		await oversleep(userId, 5);
		const causes = (await begun(caller, id, count)).map((execution) => execution.trigger!.cause);
		expect(new Set(causes).size).toBe(count);
	});

	test("of which all is missed begins nothing where it skips", async () => {
		const { caller, id: userId } = somebody();
		const { id } = await newWorkflow(caller);
		const past = new Date(Date.now() - 10 * minute);
		const cron = `${past.getUTCMinutes()} ${past.getUTCHours()} * * *`;
		const made = await newTrigger(caller, id, { type: "schedule", cron, missed: "skip" });
		await oversleep(userId, 60);
		expect(await executionsOf(caller, id)).toEqual([]);
		expect(await plansOf(userId)).toMatchObject([{ next_at: Date.parse(made.nextRunAt!) }]);
	});

	test("that is switched off begins nothing, and goes on when it is switched on", async () => {
		const { caller, id: userId } = somebody();
		const { id } = await newWorkflow(caller);
		const made = await newTrigger(caller, id, { ...minutely, missed: "all" });
		expect(await change(caller, made, { enabled: false })).not.toHaveProperty("nextRunAt");
		expect(await plansOf(userId)).toEqual([]);
		expect(await change(caller, made, { enabled: true })).toHaveProperty("nextRunAt");
		// As if the object had not heard of it.
		await env.DB.prepare("UPDATE workflow_triggers SET enabled = 0 WHERE id = ?").bind(made.id).run();
		await oversleep(userId, 5);
		expect(await executionsOf(caller, id)).toEqual([]);
		expect(await plansOf(userId)).toEqual([]);
	});

	test("a plan without a trigger is dropped, and one whose change was never stored looks again", async () => {
		const { caller, id: userId } = somebody();
		const { id } = await newWorkflow(caller);
		const made = await newTrigger(caller, id, { ...minutely, cron: "0 0 1 1 *" });
		const object = await objectOf(userId);
		await object.plan({ triggerId: "trg_never", since: 0, nextAt: 0 });
		await object.plan({ triggerId: made.id, since: Date.now(), nextAt: 0 });
		await vi.waitFor(async () => {
			expect(await plansOf(userId)).toMatchObject([{ trigger_id: made.id, next_at: Date.parse(made.nextRunAt!) }]);
		});
		expect(await executionsOf(caller, id)).toEqual([]);
	});

	test("tells why nothing began, and goes on when it can", async () => {
		const { caller, id: userId } = somebody();
		const { id } = await newWorkflow(caller);
		const made = await newTrigger(caller, id, minutely);
		const setStatus = (status: string) => caller.send("PATCH", `/api/v1/workflows/${id}`, { status });
		await setStatus("inactive");
		await oversleep(userId, 2);
		expect(await trigger(caller, made)).toMatchObject({
			enabled: true,
			lastError: { code: "conflict", message: "The workflow is inactive." },
		});
		await setStatus("active");
		await oversleep(userId, 1);
		const [execution] = await begun(caller, id, 1);
		const after = await trigger(caller, made);
		expect(after).toMatchObject({ lastExecutionId: execution!.executionId });
		expect(after).not.toHaveProperty("lastError");
	});

	test("of a workflow that is gone is switched off", async () => {
		const { caller, id: userId } = somebody();
		const { id } = await newWorkflow(caller);
		const made = await newTrigger(caller, id, minutely);
		expect((await caller.send("DELETE", `/api/v1/workflows/${id}`)).status).toBe(204);
		await oversleep(userId, 1);
		const after = await trigger(caller, made);
		expect(after).toMatchObject({ enabled: false, lastError: { code: "not_found" } });
		expect(after).not.toHaveProperty("nextRunAt");
		const { triggers } = await expectJson<{ triggers: Trigger[] }>(await caller.get(pathOf(id)), 200);
		expect(triggers).toEqual([after]);
		await expectProblem(await caller.send("PATCH", pathOf(id, made.id), { enabled: true }), 404, "not_found");
		expect((await caller.send("DELETE", pathOf(id, made.id))).status).toBe(204);
	});

	test("what is to begin survives a database that fails", async () => {
		const { caller, id: userId } = somebody();
		const { id } = await newWorkflow(caller);
		const made = await newTrigger(caller, id, minutely);
		const object = await objectOf(userId);
		await env.DB.prepare("ALTER TABLE workflow_triggers RENAME TO elsewhere").run();
		await oversleep(userId, 1);
		await env.DB.prepare("ALTER TABLE elsewhere RENAME TO workflow_triggers").run();
		await env.DB.prepare("ALTER TABLE workflows RENAME TO elsewhere").run();
		expect(await runDurableObjectAlarm(object)).toBe(true);
		await env.DB.prepare("ALTER TABLE elsewhere RENAME TO workflows").run();
		expect(await executionsOf(caller, id)).toEqual([]);
		await runInDurableObject(object, (_, { storage }) => {
			expect(storage.sql.exec("SELECT attempts FROM firings").toArray()).toEqual([{ attempts: 1 }]);
			storage.sql.exec("UPDATE firings SET next_at = 0");
		});
		await evictDurableObject(object);
		expect(await runDurableObjectAlarm(object)).toBe(true);
		await begun(caller, id, 1);
		expect(await trigger(caller, made)).not.toHaveProperty("lastError");
	});
});

describe("a webhook", () => {
	interface Message {
		id?: string;
		/** How far its time is from now, in milliseconds. */
		offset?: number;
		body?: string;
		signatures?: (own: string) => string;
	}

	async function send({ id, secret }: TriggerWithSecret, message: Message = {}): Promise<Response> {
		const { id: messageId = `msg_${crypto.randomUUID()}`, offset = 0, body = '{"n":21}' } = message;
		const at = Date.now() + offset;
		const own = new Webhook(secret!).sign(messageId, new Date(at), body);
		return await anonymous.sendText("POST", `/api/v1/workflows/hooks/${id}`, body, {
			"webhook-id": messageId,
			"webhook-timestamp": String(Math.floor(at / 1_000)),
			"webhook-signature": message.signatures?.(own) ?? own,
		});
	}

	async function newHook(fields: object = {}, more: object = {}) {
		const person = somebody();
		const { id } = await newWorkflow(person.caller, fields);
		return { ...person, workflowId: id, hook: await newTrigger(person.caller, id, { type: "webhook" }, more) };
	}

	const accepted = async (response: Response) => (await expectJson<{ executionId: string }>(response, 202)).executionId;

	test("begins an execution as the trigger's owner", async () => {
		const { caller, hook } = await newHook({}, { input: { n: 1, more: true } });
		expect(hook).toMatchObject({ webhookPath: `/api/v1/workflows/hooks/${hook.id}` });
		expect(hook.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
		expect(await trigger(caller, hook)).not.toHaveProperty("secret");
		const executionId = await accepted(await send(hook, { id: "msg_1" }));
		expect(await reached(caller, executionId, "completed")).toMatchObject({
			...{ output: 42, input: { n: 21, more: true } },
			trigger: { triggerId: hook.id, type: "webhook", cause: "msg_1" },
		});
		await vi.waitFor(async () => expect(await trigger(caller, hook)).toMatchObject({ lastExecutionId: executionId }));
		const { results } = await env.DB.prepare("SELECT sealed_secret FROM workflow_triggers").all();
		expect(JSON.stringify(results)).not.toContain(hook.secret!.slice(6));
	});

	test("begins nothing while its owner is disabled or a viewer, and acts with the role that he has", async () => {
		const { id: userId, caller, hook } = await newHook();
		const tell = async (access: object) =>
			await anonymous.sendText("POST", "/internal/account-access", JSON.stringify({ userId, ...access }), {
				"content-type": "application/json",
			});
		for (const access of [
			{ role: "user", disabled: true },
			{ role: "viewer", disabled: false },
		]) {
			expect((await tell(access)).status).toBe(204);
			await expectProblem(await send(hook), 403, "forbidden");
			expect(await trigger(caller, hook)).toMatchObject({ enabled: true, lastError: { code: "forbidden" } });
		}
		expect((await tell({ role: "admin", disabled: false })).status).toBe(204);
		const executionId = await accepted(await send(hook));
		await runInDurableObject(env.WORKFLOW_RUNS.getByName(homeOf(executionId)), async (instance) => {
			const run = await (instance as unknown as WorkflowHome).find(asCallerOf(userId), executionId);
			expect(run.caller).toMatchObject({ userId, role: "admin" });
		});
		expect((await tell({ role: "owner" })).status).toBe(422);
	});

	test("that comes twenty times at once begins one, and later answers the same", async () => {
		const { caller, workflowId, hook } = await newHook();
		const answers = await Promise.all(Array.from({ length: 20 }, () => send(hook, { id: "msg_same" })));
		const ids = new Set(await Promise.all(answers.map(accepted)));
		expect(ids.size).toBe(1);
		await begun(caller, workflowId, 1);
		await caller.send("PATCH", `/api/v1/workflows/${workflowId}`, { status: "inactive" });
		expect([await accepted(await send(hook, { id: "msg_same" }))]).toEqual([...ids]);
		await expectProblem(await send(hook), 409, "conflict");
		expect(await trigger(caller, hook)).toMatchObject({ lastError: { code: "conflict" } });
	});

	test.each<[string, Message]>([
		["of another secret", { signatures: (own) => `v1,${btoa("x".repeat(32))} ${own.replace("v1,", "v0,")}` }],
		["of five minutes ago", { offset: -302_000 }],
		["of five minutes from now", { offset: 302_000 }],
		["without an id", { id: "" }],
	])("%s is refused", async (_, message) => {
		const { caller, workflowId, hook } = await newHook();
		await expectProblem(await send(hook, message), 401, "unauthenticated");
		expect(await executionsOf(caller, workflowId)).toEqual([]);
		expect(await trigger(caller, hook)).not.toHaveProperty("lastError");
	});

	test("may have several signatures", async () => {
		const { hook } = await newHook();
		await accepted(await send(hook, { signatures: (own) => `v1,${btoa("x".repeat(32))} ${own}` }));
	});

	test("gets another secret, and the old one ends", async () => {
		const { caller, hook } = await newHook();
		const rotated = await change(caller, hook, { rotateSecret: true });
		expect(rotated.secret).not.toBe(hook.secret);
		await expectProblem(await send(hook), 401, "unauthenticated");
		await accepted(await send(rotated));
		expect(await change(caller, hook, { input: {} })).not.toHaveProperty("secret");
	});

	test("a secret that was moved to another trigger opens nothing", async () => {
		const { caller, workflowId, hook } = await newHook();
		const other = await newTrigger(caller, workflowId, { type: "webhook" });
		const move =
			"UPDATE workflow_triggers SET sealed_secret = (SELECT sealed_secret FROM workflow_triggers WHERE id = ?) WHERE id = ?";
		await env.DB.prepare(move).bind(other.id, hook.id).run();
		await expectProblem(await send({ ...hook, secret: other.secret }), 500, "internal_error");
	});

	test("takes any JSON, and no more than half a million characters", async () => {
		const { caller, hook } = await newHook({ nodes: [value("out", "{{ input }}")], edges: [] }, { input: { a: 1 } });
		const outputOf = async (body: string) =>
			(await reached(caller, await accepted(await send(hook, { body })), "completed")).output;
		expect(await outputOf("[1]")).toEqual({ a: 1, body: [1] });
		expect(await outputOf("null")).toEqual({ a: 1, body: null });
		expect(await outputOf('{"__proto__":{"x":1},"a":2}')).toEqual(JSON.parse('{"__proto__":{"x":1},"a":2}'));
		await accepted(await send(hook, { body: JSON.stringify({ text: "x".repeat(499_000) }) }));
		await expectProblem(await send(hook, { body: JSON.stringify("x".repeat(500_000)) }), 413, "payload_too_large");
		await expectProblem(await send(hook, { body: "{" }), 400, "malformed_request");
		await expectProblem(await send(hook, { body: "[".repeat(100) + "]".repeat(100) }), 400, "malformed_request");
	});

	test("that there is not, that is switched off, or that is none", async () => {
		const { caller, workflowId, hook } = await newHook();
		await expectProblem(await send({ ...hook, id: "trg_none" }), 404, "not_found");
		const schedule = await newTrigger(caller, workflowId, minutely);
		await expectProblem(await send({ ...hook, id: schedule.id }), 404, "not_found");
		await change(caller, hook, { enabled: false });
		await expectProblem(await send(hook), 404, "not_found");
	});
});

describe("an event", () => {
	test("begins the workflow when an execution of the source has ended so", async () => {
		const { caller } = somebody();
		const source = await newWorkflow(caller);
		const broken = await newWorkflow(caller, failing);
		const target = await newWorkflow(caller, { nodes: [value("out", "{{ input }}")], edges: [] });
		const onEnd = { type: "event", workflowId: source.id, on: ["completed"] };
		const made = await newTrigger(caller, target.id, onEnd, { input: { a: 1 } });
		await newTrigger(caller, target.id, { type: "event", workflowId: broken.id, on: ["failed"] });
		const { executionId } = await run(caller, { workflowId: source.id, input: { n: 2 } });
		const [first] = await begun(caller, target.id, 1);
		expect(first).toMatchObject({
			trigger: { triggerId: made.id, type: "event", cause: executionId },
			output: {
				a: 1,
				execution: { executionId, workflowId: source.id, status: "completed", output: 4, error: null },
			},
		});
		const failed = await run(caller, { workflowId: broken.id });
		expect(failed.status).toBe("failed");
		const executions = await begun(caller, target.id, 2);
		const second = executions.find(({ trigger: by }) => by!.cause === failed.executionId);
		expect(second!.output).toMatchObject({ execution: { status: "failed", error: { code: failed.error!.code } } });
	});

	test("another end, another's execution or a graph of that name begins nothing", async () => {
		const [ada, bob] = [somebody(), somebody()];
		const source = await newWorkflow(ada.caller, { shared: true, nodes: [approval("ask")], edges: [] });
		const target = await newWorkflow(bob.caller);
		await newTrigger(bob.caller, target.id, { type: "event", workflowId: source.id, on: ["cancelled"] });
		const end = async (caller: TestCaller, how: "cancel" | "approve") => {
			const { executionId, approvals } = await run(caller, { workflowId: source.id });
			const verb = how === "cancel" ? "cancel" : `approvals/${approvals![0]!.id}`;
			await expectJson(
				await steer(caller, executionId, verb, how === "cancel" ? undefined : { decision: "approve" }),
				200,
			);
			await reached(caller, executionId, "completed", "cancelled");
			return executionId;
		};
		await end(ada.caller, "cancel");
		await end(bob.caller, "approve");
		await run(bob.caller, { workflowId: source.id, ...twoSteps, input: { n: 1 } });
		const cause = await end(bob.caller, "cancel");
		const executions = await begun(bob.caller, target.id, 1);
		expect(executions.map(({ trigger: by }) => by!.cause)).toEqual([cause]);
	});

	test("a chain goes on, each link once, although the listing is written again", async () => {
		const { caller } = somebody();
		const [first, second, third] = [await newWorkflow(caller), await newWorkflow(caller), await newWorkflow(caller)];
		await newTrigger(caller, second.id, { type: "event", workflowId: first.id }, { input: { n: 1 } });
		await newTrigger(caller, third.id, { type: "event", workflowId: second.id }, { input: { n: 1 } });
		const ids = await Promise.all(
			[1, 2, 3, 4, 5].map(async (n) => (await run(caller, { workflowId: first.id, input: { n } })).executionId),
		);
		const middle = await begun(caller, second.id, 5);
		const last = await begun(caller, third.id, 5);
		expect(new Set(middle.map(({ trigger: by }) => by!.cause))).toEqual(new Set(ids));
		expect(new Set(last.map(({ trigger: by }) => by!.cause))).toEqual(
			new Set(middle.map(({ executionId }) => executionId)),
		);
		const { trigger: by } = middle[0]!;
		const object = await objectOf(await workflowOwner(caller, first.id));
		await object.fire([{ triggerId: by!.triggerId, cause: by!.cause, depth: 1 }]);
		await vi.waitFor(async () => {
			await runInDurableObject(object, (_, { storage }) => {
				expect(storage.sql.exec("SELECT * FROM firings").toArray()).toEqual([]);
			});
		});
		await begun(caller, second.id, 5);
	});

	test("a workflow that triggers itself stops, and it is said why", async () => {
		const { caller } = somebody();
		const { id } = await newWorkflow(caller);
		const made = await newTrigger(caller, id, { type: "event", workflowId: id }, { input: { n: 1 } });
		await run(caller, { workflowId: id, input: { n: 1 } });
		await vi.waitFor(
			async () => expect(await trigger(caller, made)).toMatchObject({ lastError: { code: "limit_exceeded" } }),
			{ timeout: 25_000, interval: 100 },
		);
		const executions = await begun(caller, id, maxDepth + 1);
		expect(executions.every(({ status }: Pick<WorkflowExecution, "status">) => status === "completed")).toBe(true);
	}, 30_000);
});
