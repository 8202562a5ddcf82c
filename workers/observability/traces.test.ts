import { createExecutionContext, createMessageBatch, createScheduledController, getQueueResult } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { describe, expect, test, vi } from "vitest";
import type { Role } from "#core/caller";
import { sentSpan } from "#core/sent-span";
import { type SiblingSpan, Span, type SpanAttributes, type SpanRecord } from "#core/telemetry";
import { newSpanId, newTraceId } from "#core/trace-context";
import worker from "./index.ts";

const alice = { userId: "usr_alice", role: "user" } as const;
const bob = { userId: "usr_bob", role: "user" } as const;
const admin = { userId: "usr_admin", role: "admin" } as const;

describe("GET /api/v1/traces/{traceId}", () => {
	test("shows a request's way through gateway, domain and Durable Object as one tree", async () => {
		const spans = requestSpans(alice.userId);
		await deliver(spans.toReversed());
		const { status, body } = await get(`/api/v1/traces/${spans[0]!.traceId}`, alice);
		expect(status).toBe(200);
		expect(body).toMatchObject({ spanCount: 4, services: ["agents", "gateway"], truncated: false });
		expect(outline(body.spans)).toEqual([
			"gateway server POST /api/v1/agents/:id/execute",
			". agents server POST /api/v1/agents/:id/execute",
			". . agents internal invoke_agent helper",
			". . . agents client chat local/dev",
		]);
		expect(body.spans[0]).toMatchObject({ status: "ok", tags: { "http.response.status_code": 200 }, logs: [] });
		expect(body.spans[0].startTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
	});

	test("shows spans that came in the record of another as those that they are", async () => {
		const parent = spanOf({ userId: alice.userId, name: "run", startTime: 1_000, endTime: 1_005 });
		const siblings: SiblingSpan[] = [
			[newSpanId(), "step 2", 1_002, { n: 2 }, 1_004],
			[newSpanId(), "step 3", 1_003, { n: 3 }],
		];
		const steps = spanOf({
			...{ traceId: parent.traceId, userId: alice.userId, parentSpanId: parent.spanId, name: "step 1" },
			...{ startTime: 1_001, endTime: 1_001, attributes: { n: 1 }, siblings },
		});
		for (let delivery = 0; delivery < 2; delivery++) await deliver([steps, parent]);
		const { body } = await get(`/api/v1/traces/${parent.traceId}`, alice);
		expect(body).toMatchObject({ spanCount: 4, durationMs: 5 });
		expect(outline(body.spans)).toEqual(["rag internal run", ...[1, 2, 3].map((n) => `. rag internal step ${n}`)]);
		expect(body.spans[0].children[1]).toMatchObject({ spanId: siblings[0]![0], tags: { n: 2 }, durationMs: 2 });
		expect(body.spans[0].children[2]).toMatchObject({ spanId: siblings[1]![0], tags: { n: 3 }, durationMs: 0 });
		const { body: list } = await get("/api/v1/traces", alice);
		expect(list.traces.find(({ traceId }: { traceId: string }) => traceId === parent.traceId).spanCount).toBe(4);
	});

	test("hides another user's trace; shows it to an admin", async () => {
		const spans = requestSpans(alice.userId);
		await deliver(spans);
		const path = `/api/v1/traces/${spans[0]!.traceId}`;
		expect(await get(path, bob)).toMatchObject({ status: 404, body: { code: "not_found" } });
		expect(await get(path, admin)).toMatchObject({ status: 200, body: { spanCount: 4 } });
	});

	test("shows of a trace id that two users share each only his own spans", async () => {
		const traceId = newTraceId();
		const shared = newSpanId();
		await deliver([
			spanOf({ traceId, spanId: shared, userId: alice.userId, name: "alice" }),
			spanOf({ traceId, parentSpanId: shared, userId: bob.userId, name: "bob" }),
			spanOf({ traceId, userId: undefined, name: "anonymous" }),
		]);
		expect(outline((await get(`/api/v1/traces/${traceId}`, alice)).body.spans)).toEqual(["rag internal alice"]);
		expect(outline((await get(`/api/v1/traces/${traceId}`, bob)).body.spans)).toEqual(["rag internal bob"]);
		expect((await get(`/api/v1/traces/${traceId}`, admin)).body.spanCount).toBe(3);
	});

	test("lets a viewer read his own", async () => {
		const traceId = newTraceId();
		await deliver([spanOf({ traceId, userId: "usr_viewer" })]);
		const answer = await get(`/api/v1/traces/${traceId}`, { userId: "usr_viewer", role: "viewer" });
		expect(answer).toMatchObject({ status: 200, body: { spanCount: 1 } });
	});

	test("takes a span whose parent has not arrived for a root, and hangs it in when it has", async () => {
		const parent = spanOf({ userId: alice.userId, name: "parent" });
		const child = spanOf({ traceId: parent.traceId, parentSpanId: parent.spanId, userId: alice.userId, name: "child" });
		await deliver([child]);
		const before = await get(`/api/v1/traces/${parent.traceId}`, alice);
		expect(before.body.spans).toMatchObject([{ operationName: "child", parentSpanId: parent.spanId }]);
		await deliver([parent]);
		const after = await get(`/api/v1/traces/${parent.traceId}`, alice);
		expect(outline(after.body.spans)).toEqual(["rag internal parent", ". rag internal child"]);
	});

	test("holds 10,000 spans and says when there are more", async () => {
		const traceId = newTraceId();
		const userId = alice.userId;
		await deliver(Array.from({ length: 10_001 }, (_, i) => spanOf({ traceId, userId, startTime: 1_000 + i })));
		const { body } = await get(`/api/v1/traces/${traceId}`, alice);
		expect(body).toMatchObject({ spanCount: 10_000, truncated: true, startTime: "1970-01-01T00:00:01.000Z" });
	});

	test.each(["xyz", "0".repeat(32), "A".repeat(32), "a".repeat(33), "%00", "' OR 1=1"])("refuses %j", async (id) => {
		const { status, body } = await get(`/api/v1/traces/${encodeURIComponent(id)}`, alice);
		expect(status).toBe(422);
		expect(body).toMatchObject({ code: "invalid_input", errors: [{ pointer: "param.traceId" }] });
	});

	test("answers 404 to an unknown id and 401 to nobody", async () => {
		expect((await get(`/api/v1/traces/${newTraceId()}`, alice)).status).toBe(404);
		expect((await get(`/api/v1/traces/${newTraceId()}`)).status).toBe(401);
		expect((await get("/api/v1/traces")).status).toBe(401);
	});
});

describe("GET /api/v1/traces", () => {
	test("lists the caller's own, newest first, page by page", async () => {
		const userId = "usr_lister";
		const spans = Array.from({ length: 5 }, (_, i) => spanOf({ userId, name: `op ${i}`, startTime: 1_000 * i }));
		await deliver([...spans, spanOf({ userId: "usr_other" })]);
		const names: string[] = [];
		let cursor = "";
		do {
			const { body } = await get(`/api/v1/traces?limit=2${cursor && `&cursor=${cursor}`}`, { userId, role: "user" });
			names.push(...body.traces.map((trace: { rootOperation: string }) => trace.rootOperation));
			cursor = body.nextCursor;
		} while (cursor);
		expect(names).toEqual(["op 4", "op 3", "op 2", "op 1", "op 0"]);
	});

	test("pages through traces that began at the same moment, each once, for an admin too", async () => {
		const startTime = 9e12;
		const spans = ["usr_x", "usr_y"].flatMap((userId) =>
			[newTraceId(), newTraceId()].map((traceId) => spanOf({ traceId, userId, startTime })),
		);
		const both = newTraceId();
		spans.push(spanOf({ traceId: both, userId: "usr_x", startTime }), spanOf({ traceId: both, startTime }));
		await deliver(spans);
		const seen: string[] = [];
		let cursor = "";
		for (let page = 0; page < 6; page++) {
			const { body } = await get(`/api/v1/traces?limit=1${cursor && `&cursor=${cursor}`}`, admin);
			seen.push(...body.traces.map((trace: { traceId: string; userId?: string }) => trace.traceId + trace.userId));
			cursor = body.nextCursor;
		}
		expect(seen.toSorted()).toEqual(spans.map(({ traceId, userId }) => traceId + userId).toSorted());
	});

	test("names the root whatever the order of arrival, and counts a span that comes twice once", async () => {
		const caller = { userId: "usr_counter", role: "user" } as const;
		const spans = requestSpans(caller.userId);
		spans[3]!.status = "error";
		for (const span of spans.toReversed()) await deliver([span, span]);
		await deliver(spans, spans);
		const { body } = await get("/api/v1/traces", caller);
		expect(body.traces).toMatchObject([
			{
				traceId: spans[0]!.traceId,
				userId: caller.userId,
				rootOperation: "POST /api/v1/agents/:id/execute",
				rootService: "gateway",
				spanCount: 4,
				errorCount: 1,
				status: "error",
			},
		]);
		expect(body.nextCursor).toBeUndefined();
	});

	test.each(["AAAA", btoa('["now","x"]'), "%00"])("refuses cursor %j", async (cursor) => {
		expect(await get(`/api/v1/traces?cursor=${cursor}`, alice)).toMatchObject({
			status: 422,
			body: { errors: [{ pointer: "query.cursor" }] },
		});
	});
});

describe("queue", () => {
	test.each<[string, unknown]>([
		["no JSON", "[{"],
		["no list", { spans: [] }],
		["no spans", [null, 1, "x", {}]],
		["a trace id that is none", [spanOf({ traceId: "nonsense" })]],
		["a time beyond all dates", [spanOf({ startTime: 1e17 })]],
		["an attribute that JSON made null", [spanOf({ attributes: { "gen_ai.usage.input_tokens": null as never } })]],
	])("logs and acknowledges %s", async (_, message) => {
		const logged = vi.spyOn(console, "error").mockReturnValue();
		const good = spanOf({ userId: alice.userId });
		expect((await deliver([good], message)).outcome).toBe("ok");
		expect(logged).toHaveBeenCalledOnce();
		expect((await get(`/api/v1/traces/${good.traceId}`, alice)).status).toBe(200);
		logged.mockRestore();
	});

	test("brings this Worker's own request spans, through the real queue, into the trace that the client began", async () => {
		const traceId = newTraceId();
		const clientSpanId = newSpanId();
		await get(`/api/v1/traces/${newTraceId()}`, alice, { traceparent: `00-${traceId}-${clientSpanId}-01` });
		const { body } = await vi.waitFor(
			async () => {
				const answer = await get(`/api/v1/traces/${traceId}`, alice);
				expect(answer.status).toBe(200);
				return answer;
			},
			{ timeout: 10_000, interval: 250 },
		);
		expect(body.spans).toMatchObject([
			{
				parentSpanId: clientSpanId,
				operationName: "GET /api/v1/traces/:traceId",
				serviceName: "observability",
				tags: { "http.response.status_code": 404 },
			},
		]);
	}, 15_000);

	test("keeps the valid spans of a message that has others", async () => {
		const logged = vi.spyOn(console, "error").mockReturnValue();
		const good = spanOf({ userId: alice.userId });
		await deliver([good, { ...good, startTime: -1 }]);
		expect(logged.mock.calls.join()).not.toContain(good.traceId);
		expect((await get(`/api/v1/traces/${good.traceId}`, alice)).body.spanCount).toBe(1);
		logged.mockRestore();
	});

	test("keeps any text as it came", async () => {
		const attributes = { quote: `'"\\`, nul: "a\0b", lines: "a\r\nb", astral: "🧵", number: 1.5, yes: true };
		const span = spanOf({ userId: alice.userId, name: `'); DROP TABLE traces; --"`, attributes });
		await deliver([span]);
		const { body } = await get(`/api/v1/traces/${span.traceId}`, alice);
		expect(body.spans[0]).toMatchObject({ operationName: span.name, tags: attributes });
	});

	test("writes more than one statement can carry", async () => {
		const traceId = newTraceId();
		const attributes = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`key${i}`, "é".repeat(1_000)]));
		await deliver(Array.from({ length: 60 }, () => spanOf({ traceId, userId: alice.userId, attributes })));
		expect((await get(`/api/v1/traces/${traceId}`, alice)).body.spanCount).toBe(60);
	});

	test("fails as a whole where the database does, so that it is delivered again", async () => {
		const batch = createMessageBatch("telemetry", [messageOf([spanOf({})])]);
		const broken = {
			...env,
			DB: { prepare: () => ({ bind: () => ({}) }), batch: () => Promise.reject(new Error("D1")) },
		};
		await expect(worker.queue(batch, broken as never)).rejects.toThrow();
	});
});

describe("cron", () => {
	test("forgets traces that began more than RETENTION_DAYS ago, and keeps the rest", async () => {
		const now = Date.now();
		const day = 86_400_000;
		const caller = { userId: "usr_retention", role: "user" } as const;
		const old = spanOf({ userId: caller.userId, startTime: now - 8 * day });
		const young = spanOf({ userId: caller.userId, startTime: now - 6 * day });
		const othersPart = spanOf({ traceId: old.traceId, userId: "usr_other", startTime: now });
		await deliver([old, { ...old, spanId: newSpanId() }, young, othersPart]);
		await worker.scheduled(createScheduledController({ scheduledTime: now }), env);
		expect((await get(`/api/v1/traces/${old.traceId}`, caller)).status).toBe(404);
		expect((await get(`/api/v1/traces/${young.traceId}`, caller)).status).toBe(200);
		expect((await get(`/api/v1/traces/${old.traceId}`, admin)).body.spanCount).toBe(1);
		expect((await get("/api/v1/traces", caller)).body.traces).toHaveLength(1);
	});

	test.each([0, -1, Number.NaN, "seven"])("deletes nothing where RETENTION_DAYS is %s", async (days) => {
		const broken = { ...env, RETENTION_DAYS: days as never };
		await expect(worker.scheduled(createScheduledController(), broken)).rejects.toThrow("RETENTION_DAYS");
	});
});

test("the OpenAPI document has the tree's recursion and each route's policy", async () => {
	const { body } = await get("/openapi.json");
	expect(body.components.schemas.TraceSpan.properties.children).toMatchObject({
		items: { $ref: "#/components/schemas/TraceSpan" },
	});
	expect(body.paths["/api/v1/traces/{traceId}"].get["x-policy"]).toBe("read");
	expect(body.paths["/api/v1/traces"].get["x-policy"]).toBe("read");
});

/** The spans of one agent turn, made as the Workers make them: by the traceparent that each hands to the next. */
function requestSpans(userId: string): SpanRecord[] {
	const records: SpanRecord[] = [];
	const record = (span: SpanRecord) => void records.push(span);
	const name = "POST /api/v1/agents/:id/execute";
	const gateway = new Span({ service: "gateway", record }, name, { kind: "server", userId });
	const agents = new Span({ service: "agents", record }, name, {
		kind: "server",
		userId,
		traceparent: gateway.traceparent,
	});
	const turn = new Span({ service: "agents", record }, "invoke_agent helper", {
		userId,
		traceparent: agents.traceparent,
	});
	const call = turn.child("chat local/dev", { kind: "client", attributes: { "gen_ai.operation.name": "chat" } });
	call.end();
	turn.end();
	agents.end({ "http.response.status_code": 200 });
	gateway.status = "ok";
	gateway.end({ "http.response.status_code": 200 });
	// Each starts and ends inside the one before, as on a machine with a finer clock.
	return records.toReversed().map((span, i) => ({ ...span, startTime: 1_000 + i, endTime: 2_000 - i }));
}

function spanOf(fields: Partial<SpanRecord>): SpanRecord {
	const startTime = fields.startTime ?? Date.now();
	return {
		traceId: newTraceId(),
		spanId: newSpanId(),
		name: "search",
		kind: "internal",
		service: "rag",
		startTime,
		endTime: startTime + 5,
		status: "unset",
		attributes: {} satisfies SpanAttributes,
		...fields,
	};
}

async function deliver(...messages: unknown[]) {
	const batch = createMessageBatch("telemetry", messages.map(messageOf));
	const context = createExecutionContext();
	await worker.queue(batch, env);
	return await getQueueResult(batch, context);
}

function messageOf(spans: unknown) {
	return {
		id: crypto.randomUUID(),
		timestamp: new Date(),
		attempts: 1,
		body: typeof spans === "string" ? spans : JSON.stringify(Array.isArray(spans) ? spans.map(asSent) : spans),
	};
}

async function get(path: string, caller?: { userId: string; role: Role }, more: Record<string, string> = {}) {
	const headers = { ...more, ...(caller && { "x-user-id": caller.userId, "x-user-role": caller.role }) };
	const response = await exports.default.fetch(`http://observability${path}`, { headers });
	// Answers are read as a client without our types would.
	const body: any = await response.json();
	return { status: response.status, body };
}

function outline(spans: any[], indent = ""): string[] {
	return spans.flatMap(({ serviceName, kind, operationName, children }) => [
		`${indent}${serviceName} ${kind} ${operationName}`,
		...outline(children, `${indent}. `),
	]);
}

/** What is no span stays what it is. */
function asSent(span: unknown): unknown {
	const isSpan = typeof span === "object" && span !== null && !Array.isArray(span);
	return isSpan ? sentSpan(span as SpanRecord) : span;
}
