import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import type { SpanRecord } from "#core/telemetry";
import { asCaller } from "../../test/support/as-caller.ts";
import { spanRecords } from "../../test/support/span-records.ts";
import { agentsClient, ask, execute, refusal, rpcCaller, scripted } from "./testing.ts";

const ada = asCaller("usr_ada");

afterEach(() => vi.restoreAllMocks());

/** The spans of a trace, once they have reached the queue. */
async function spansOf(work: () => Promise<string>, until: string): Promise<SpanRecord[]> {
	const spans: SpanRecord[] = [];
	vi.spyOn(env.TELEMETRY, "send").mockImplementation(async (batch) => {
		spans.push(...spanRecords(batch as string));
		return undefined as never;
	});
	const traceId = await work();
	const ofTrace = () => spans.filter((span) => span.traceId === traceId);
	await vi.waitFor(() => expect(ofTrace().map(({ name }) => name)).toContain(until), { timeout: 5_000 });
	return ofTrace();
}

test("a run is a tree of spans: request, run, each model call, each tool call", async () => {
	const script = [{ call: "current_time" }, { call: "nothing" }, { say: "done" }];
	const { id } = await scripted(ada, script, { tools: ["current_time"] }, { name: "Spanner" });
	const route = "POST /api/v1/agents/:agentId/execute";
	const spans = await spansOf(async () => (await ask(ada, id, "hi")).traceId, route);
	const named = (name: string) => spans.filter((span) => span.name === name);
	const [request] = named(route);
	const [run] = named("invoke_agent Spanner");
	expect(run).toMatchObject({
		parentSpanId: request!.spanId,
		userId: "usr_ada",
		attributes: { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.id": id },
	});
	expect(named("chat script")).toHaveLength(3);
	for (const span of named("chat script")) {
		expect(span).toMatchObject({ parentSpanId: run!.spanId, kind: "client" });
		expect(span.attributes["gen_ai.usage.input_tokens"]).toBeGreaterThan(0);
	}
	expect(named("execute_tool current_time")).toMatchObject([{ parentSpanId: run!.spanId, status: "unset" }]);
	expect(named("execute_tool nothing")).toMatchObject([
		{ parentSpanId: run!.spanId, status: "error", attributes: { "error.type": "not_found" } },
	]);
	for (const { startTime, endTime } of spans) expect(endTime).toBeGreaterThanOrEqual(startTime);
	expect(JSON.stringify(spans)).not.toContain("done");
});

test("a run that fails marks its spans, with a code and without a message", async () => {
	const { id } = await scripted(ada, [{ fail: "canary-span", status: 400 }]);
	const spans = await spansOf(async () => {
		const response = await execute(ada, id, "hi");
		return (await response.json<{ traceId: string }>()).traceId;
	}, "POST /api/v1/agents/:agentId/execute");
	expect(spans.find(({ name }) => name === "chat script")).toMatchObject({
		status: "error",
		attributes: { "error.type": "provider_error" },
	});
	expect(spans.find(({ name }) => name.startsWith("invoke_agent"))).toMatchObject({ status: "error" });
	expect(JSON.stringify(spans)).not.toContain("canary-span");
});

test("a run joins the trace of whoever asked for it", async () => {
	const { id } = await scripted(ada, [{ say: "hi" }]);
	const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
	const spans = await spansOf(async () => {
		await execute(ada, id, "hi", { traceparent });
		return "0af7651916cd43dd8448eb211c80319c";
	}, "POST /api/v1/agents/:agentId/execute");
	expect(spans.find(({ kind }) => kind === "server")).toMatchObject({ parentSpanId: "b7ad6b7169203331" });
});

test("a call by another Worker is a span of its trace, and the run that it begins a part of that span", async () => {
	const { id } = await scripted(ada, [[{ say: "hi" }], [{ fail: "no", status: 400 }]], {}, { name: "Called" });
	const traceId = "0af7651916cd43dd8448eb211c803199";
	const caller = rpcCaller("usr_ada", { traceparent: `00-${traceId}-b7ad6b7169203331-01` });
	const spans = await spansOf(async () => {
		const { sessionId } = await agentsClient.run(caller, id, { message: "hi" }, { waitMs: 5_000 });
		await refusal(agentsClient.run(caller, id, { message: "hi", sessionId }, { waitMs: 5_000 }));
		await agentsClient.describe(caller, [id]);
		return traceId;
	}, "agents/describe");
	const calls = spans.filter(({ name }) => name === "agents/run");
	const runs = spans.filter(({ name }) => name === "invoke_agent Called");
	expect(calls).toMatchObject([
		{ parentSpanId: "b7ad6b7169203331", kind: "server", status: "unset", userId: "usr_ada" },
		{ parentSpanId: "b7ad6b7169203331", status: "error", attributes: { "error.type": "provider_error" } },
	]);
	expect(runs.map(({ parentSpanId }) => parentSpanId)).toEqual(calls.map(({ spanId }) => spanId));
});
