/** A workflow as an MCP server: one tool that runs it, and one that tells how far it is. */
import { type CallToolResult, McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";
import type { Span } from "#core/telemetry";
import { version } from "#core/version";
import { failedCall } from "#mcp/failed-call";
import { uncheckedSchema } from "#mcp/unchecked-schema";
import { homeOf } from "#run/run-id";
import { maxWaitMs } from "#run/max-wait";
import type { WorkflowEngineContext } from "#workflow-engine/context";
import { executeWorkflow } from "#workflow-engine/execute-workflow";
import { executionStatuses, type WorkflowExecution } from "#workflow-engine/execution-schema";
import { inputSchemaOf } from "#workflow-engine/input-schema";
import type { WorkflowRow } from "#workflow-engine/store";

const Output = z.object({
	executionId: z.string(),
	status: z.enum(executionStatuses),
	output: z.unknown().optional(),
	error: z.string().optional(),
	approvals: z.array(z.string()).optional().describe("What a person has to decide before it goes on."),
});

export function workflowServer(ctx: WorkflowEngineContext, span: Span, workflow: WorkflowRow): McpServer {
	const { id, name, description, definition } = workflow;
	const mcp = new McpServer(
		{ name: `agentic-edge/${id}`, title: name, version },
		{ capabilities: { tools: { listChanged: false } } },
	);
	mcp.registerTool(
		"run",
		{
			title: name,
			description: `Runs the workflow "${name}"${description ? `: ${description}` : "."}`,
			inputSchema: uncheckedSchema(inputSchemaOf(definition)),
			outputSchema: Output,
		},
		async (input) =>
			await answered(async () => {
				const { json } = await executeWorkflow(ctx, { workflowId: id, input: input as never }, maxWaitMs);
				return JSON.parse(json) as WorkflowExecution;
			}),
	);
	mcp.registerTool(
		"get_execution",
		{
			description: "How far an execution of the workflow is, that has not ended when `run` answered.",
			inputSchema: z.object({ executionId: z.string() }),
			outputSchema: Output,
			annotations: { readOnlyHint: true },
		},
		async ({ executionId }) =>
			await answered(() => ctx.home(homeOf(executionId)).settledState(ctx.caller, executionId, maxWaitMs)),
	);
	return mcp;

	async function answered(execute: () => Promise<WorkflowExecution>): Promise<CallToolResult> {
		try {
			const told = toldOf(await execute());
			const isError = told.status === "failed" || told.status === "cancelled";
			return {
				content: [{ type: "text", text: JSON.stringify(told) }],
				structuredContent: told,
				...(isError && { isError }),
			};
		} catch (error) {
			return failedCall({ span }, error);
		}
	}
}

function toldOf({ executionId, status, output, error, approvals = [] }: WorkflowExecution): z.infer<typeof Output> {
	const path = `/api/v1/workflows/executions/${executionId}/approvals`;
	return {
		...{ executionId, status },
		...(output !== undefined && { output }),
		...(error && { error: error.message }),
		...(approvals.length > 0 && { approvals: approvals.map(({ id, title }) => `${title}: POST ${path}/${id}`) }),
	};
}
