/** `POST /api/v1/workflows/{workflowId}/mcp`: a workflow for MCP clients. Its documents are MCP's own, not OpenAPI's. */
import { checkPolicy } from "#http/route";
import { answerMessage } from "#mcp/answer-message";
import { workflowServer } from "#workflow-engine/mcp/workflow-server";
import { getWorkflow } from "#workflow-engine/store";
import type { WorkflowEngineApp } from "./routes/app.ts";

/** Without sessions there is nothing to `GET` or `DELETE`: both are 405. */
export function mountWorkflowMcp(app: WorkflowEngineApp): void {
	app.post("/api/v1/workflows/:workflowId/mcp", async (c) => {
		checkPolicy("run", c.var.caller);
		const { context, span } = c.var;
		const workflow = await getWorkflow(context, c.req.param("workflowId"));
		const serve = async () => workflowServer(context, span, workflow);
		return await answerMessage(c.req.raw, await c.req.text(), { span, serve });
	});
}
