import { testRoutes } from "../../test/support/route-matrix.ts";
import { approval, edge, newWorkflow, run, twoSteps, value } from "./testing.ts";

const graph = {
	nodes: [
		{ id: "start", type: "start", config: { inputSchema: { type: "object", properties: { n: { type: "number" } } } } },
		{ ...value("one", "{{ input.n }}"), assign: { n: "{{ output }}" }, position: { x: 1, y: 2 } },
		{ id: "two", type: "condition", config: { condition: "nodes.one.output > 1" } },
		{
			id: "each",
			type: "loop",
			config: { items: "{{ [1, 2] }}", body: { nodes: [value("in", "{{ item }}")], edges: [] } },
		},
		{ id: "met", type: "merge", config: { mode: "all", reducer: "list" } },
	],
	edges: [edge("start", "one"), edge("one", "two"), edge("two", "each", { condition: "true" }), edge("each", "met")],
	options: { timeout: 60_000, maxRetries: 1, parallelLimit: 3 },
};

const yearly = { config: { type: "schedule", cron: "0 0 1 1 *", timeZone: "UTC", missed: "skip" }, input: { n: 1 } };
const exported = { nodes: [{ name: "Start", type: "n8n-nodes-base.manualTrigger", parameters: {} }], connections: {} };

await testRoutes({
	async objects(owner) {
		const { id: workflowId } = await newWorkflow(owner, { isTemplate: true });
		const { executionId, approvals } = await run(owner, { nodes: [approval("ask")], input: { n: 1 } });
		const path = `/api/v1/workflows/${workflowId}/triggers`;
		const { id: triggerId } = await (await owner.post(path, yearly)).json<{ id: string }>();
		return { workflowId, executionId, approvalId: approvals![0]!.id, triggerId };
	},
	// Triggers act as their owner.
	hiddenFromAdmins: ["GET", "PATCH", "DELETE"].map(
		(method) => `${method} /api/v1/workflows/{workflowId}/triggers/{triggerId}`,
	),
	headers: { prefer: "wait=1" },
	bodies: {
		"POST /api/v1/workflows": { name: "Matrix", description: "x", category: "c", variables: { a: 1 }, ...graph },
		"PATCH /api/v1/workflows/{workflowId}": { name: "Changed", ...twoSteps, variables: { a: 1 } },
		"POST /api/v1/workflows/validate": graph,
		"POST /api/v1/workflows/import": { source: JSON.stringify(exported), format: "n8n" },
		"POST /api/v1/workflows/{workflowId}/triggers": { ...yearly, enabled: true },
		"PATCH /api/v1/workflows/{workflowId}/triggers/{triggerId}": { ...yearly, enabled: false },
		"POST /api/v1/workflows/templates/{workflowId}/instantiate": { name: "Mine", variables: { n: 1 } },
		"POST /api/v1/workflows/execute": { input: { n: 2 }, variables: { a: 1 }, ...graph },
		"POST /api/v1/workflows/executions/{executionId}/retry": { node: "ask", variables: { a: 1 } },
		"POST /api/v1/workflows/executions/{executionId}/fork": { node: "ask", variables: { a: 1 }, input: { n: 2 } },
		"POST /api/v1/workflows/executions/{executionId}/events": { name: "paid", data: { sum: 1 } },
		"POST /api/v1/workflows/executions/{executionId}/approvals/{approvalId}": { decision: "approve", reason: "Yes." },
	},
	answers: {
		// The trigger is a schedule.
		"POST /api/v1/workflows/hooks/{triggerId}": 404,
		// The execution waits for its approval.
		"POST /api/v1/workflows/executions/{executionId}/resume": 409,
		"POST /api/v1/workflows/executions/{executionId}/retry": 409,
	},
});
