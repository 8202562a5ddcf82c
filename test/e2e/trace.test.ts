import { expect, inject, test, vi } from "vitest";
import type { ApiClient, Json } from "../../scripts/api-client.ts";
import { newPerson } from "../support/people.ts";

const instance = inject("platform");
const timeKeeper = {
	name: "Time keeper",
	framework: "langchain",
	config: { model: "local/dev", tools: ["current_time"] },
};

interface Span {
	name: string;
	service: string;
	parent?: Span;
	tags: Record<string, unknown>;
	status: string;
}

test("an execution is one trace, from the gateway to the model and the tool", async () => {
	const ada = await newPerson(instance);
	const agent = await ada.call("POST", "/api/v1/agents", timeKeeper);
	const answer = await ada.call("POST", `/api/v1/agents/${agent.id}/execute`, { message: "What is the current time?" });
	expect(answer.toolCalls).toHaveLength(1);
	const spans = await traceOf(ada, answer.traceId, "execute_tool current_time");

	const root = only(spans, "POST /api/v1/agents/*");
	expect(root).toMatchObject({ service: "gateway", parent: undefined, tags: { "http.response.status_code": 200 } });
	const server = only(spans, "POST /api/v1/agents/:agentId/execute");
	expect(server).toMatchObject({ service: "agents", parent: root });
	const turn = only(spans, "invoke_agent Time keeper");
	expect(turn).toMatchObject({
		parent: server,
		tags: {
			"gen_ai.operation.name": "invoke_agent",
			"gen_ai.agent.id": agent.id,
			"gen_ai.conversation.id": answer.sessionId,
		},
	});
	const calls = spans.filter(({ name }) => name.startsWith("chat "));
	expect(calls).toHaveLength(2);
	for (const call of calls) {
		expect(call).toMatchObject({ parent: turn, tags: { "gen_ai.operation.name": "chat" } });
		expect(call.tags["gen_ai.usage.input_tokens"]).toBeGreaterThan(0);
	}
	expect(only(spans, "execute_tool current_time")).toMatchObject({ parent: turn, service: "agents" });
	expect(JSON.stringify(spans.map(({ tags }) => tags))).not.toContain("What is the current time?");
});

test("what a tool of another Worker does for an agent is part of the same trace", async () => {
	const ada = await newPerson(instance);
	const script = [{ call: "math_evaluate", input: { expression: "6 * 7" } }, { say: "{{result}}" }];
	const config = { model: "local/script", script, tools: ["math_evaluate"] };
	const agent = await ada.call("POST", "/api/v1/agents", { name: "Accountant", framework: "langchain", config });
	const answer = await ada.call("POST", `/api/v1/agents/${agent.id}/execute`, { message: "Compute." });
	expect(answer.toolCalls).toMatchObject([{ toolId: "math_evaluate", output: { value: 42 } }]);
	const spans = await traceOf(ada, answer.traceId, "agentic_edge.tool.type");
	const [asked, done] = ["agents", "tools"].map((service) =>
		spans.find((span) => span.service === service && span.name === "execute_tool math_evaluate")!,
	);
	expect(done).toMatchObject({ parent: asked, tags: { "agentic_edge.tool.type": "standard" } });
});

test("a custom tool is written, called, kept, and hidden from others", async () => {
	const [ada, bob] = [await newPerson(instance), await newPerson(instance)];
	const tool = await ada.call("POST", "/api/v1/tools", {
		name: "double",
		description: "Doubles a number.",
		source: "export function run({ n }) { return n * 2; }",
		inputSchema: { type: "object", properties: { n: { type: "number" } }, required: ["n"] },
	});
	const path = `/api/v1/tools/${tool.id}/execute`;
	expect(await ada.call("POST", path, { parameters: { n: 4 } })).toMatchObject({ status: "success", result: 8 });
	const kept = await ada.fetch("POST", path, { parameters: { n: 5 } }, { prefer: "respond-async" });
	expect(kept.status).toBe(202);
	const execution = await vi.waitFor(async () => {
		const found = await ada.call("GET", kept.headers.get("location")!);
		expect(found.status).toBe("completed");
		return found;
	});
	expect(execution).toMatchObject({ toolId: tool.id, output: 10 });
	expect((await bob.fetch("POST", path, { parameters: { n: 4 } })).status).toBe(404);
	expect((await bob.fetch("GET", kept.headers.get("location")!)).status).toBe(404);
	expect((await ada.fetch("GET", "/api/tools/v1/tools?limit=1")).status).toBe(200);
});

test("a trace goes on from the client's own span", async () => {
	const ada = await newPerson(instance);
	const agent = await ada.call("POST", "/api/v1/agents", timeKeeper);
	const traceId = crypto.randomUUID().replaceAll("-", "");
	const headers = { traceparent: `00-${traceId}-00f067aa0ba902b7-01` };
	const answer = await ada.call("POST", `/api/v1/agents/${agent.id}/execute`, { message: "Hello" }, headers);
	expect(answer.traceId).toBe(traceId);
	const { spans } = await fetchTrace(ada, traceId, "chat ");
	expect(spans).toMatchObject([{ parentSpanId: "00f067aa0ba902b7", serviceName: "gateway" }]);
});

test("a trace is its user's: 404 for another, all of it for an admin", async () => {
	const [ada, bob, root] = [await newPerson(instance), await newPerson(instance), await newPerson(instance, "admin")];
	const response = await ada.fetch("GET", "/api/auth/me");
	const traceId = response.headers.get("x-trace-id");
	await fetchTrace(ada, traceId, "GET ");
	expect((await bob.fetch("GET", `/api/v1/traces/${traceId}`)).status).toBe(404);
	expect((await root.fetch("GET", `/api/v1/traces/${traceId}`)).status).toBe(200);
	const { traces } = await bob.call("GET", "/api/v1/traces?limit=100");
	expect(traces.map((trace: Json) => trace.traceId)).not.toContain(traceId);
});

async function traceOf(api: ApiClient, traceId: string, until: string): Promise<Span[]> {
	return flatten((await fetchTrace(api, traceId, until)).spans);
}

/** Spans come in batches, from each Worker its own: asks until one with this name is there, and the tree has one root. */
async function fetchTrace(api: ApiClient, traceId: string | null, name: string): Promise<Json> {
	return await vi.waitFor(
		async () => {
			const trace = await api.call("GET", `/api/v1/traces/${traceId}`);
			expect(JSON.stringify(trace)).toContain(name);
			expect(trace.spans).toHaveLength(1);
			return trace;
		},
		{ timeout: 15_000, interval: 200 },
	);
}

function flatten(spans: Json[], parent?: Span): Span[] {
	return spans.flatMap(({ operationName, serviceName, tags, status, children }) => {
		const span = { name: operationName, service: serviceName, parent, tags, status };
		return [span, ...flatten(children, span)];
	});
}

function only(spans: Span[], name: string): Span {
	const found = spans.filter((span) => span.name === name);
	if (found.length === 1 && found[0]) return found[0];
	throw new Error(`${found.length} spans "${name}" among ${spans.map((span) => span.name).join(", ")}`);
}
