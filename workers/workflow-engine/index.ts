/** The workflow-engine Worker: definitions of workflows, and their executions. */
import { newApp } from "#http/app";
import { mountAccountAccess } from "./account-access.ts";
import { mountCloseSockets } from "./close-sockets.ts";
import { domain } from "./context.ts";
import { mountWorkflowMcp } from "./mcp-endpoint.ts";
import { mountCancelExecution } from "./routes/cancel-execution.ts";
import { mountCreateTrigger } from "./routes/create-trigger.ts";
import { mountCreateWorkflow } from "./routes/create-workflow.ts";
import { mountDecideApproval } from "./routes/decide-approval.ts";
import { mountDeleteTrigger } from "./routes/delete-trigger.ts";
import { mountDeleteWorkflow } from "./routes/delete-workflow.ts";
import { mountExecuteWorkflow } from "./routes/execute-workflow.ts";
import { mountForkExecution } from "./routes/fork-execution.ts";
import { mountGetExecution } from "./routes/get-execution.ts";
import { mountGetExecutionGraph } from "./routes/get-execution-graph.ts";
import { mountGetMonitoring } from "./routes/get-monitoring.ts";
import { mountGetTrigger } from "./routes/get-trigger.ts";
import { mountGetWorkflow } from "./routes/get-workflow.ts";
import { mountGetWorkflowGraph } from "./routes/get-workflow-graph.ts";
import { mountImportWorkflow } from "./routes/import-workflow.ts";
import { mountInstantiateWorkflow } from "./routes/instantiate-workflow.ts";
import { mountListExecutions } from "./routes/list-executions.ts";
import { mountListStuckExecutions } from "./routes/list-stuck-executions.ts";
import { mountListTriggers } from "./routes/list-triggers.ts";
import { mountListWorkflowTemplates } from "./routes/list-workflow-templates.ts";
import { mountListWorkflowVersions } from "./routes/list-workflow-versions.ts";
import { mountListWorkflows } from "./routes/list-workflows.ts";
import { mountPauseExecution } from "./routes/pause-execution.ts";
import { mountReceiveWebhook } from "./routes/receive-webhook.ts";
import { mountResumeExecution } from "./routes/resume-execution.ts";
import { mountRetryExecution } from "./routes/retry-execution.ts";
import { mountSendEvent } from "./routes/send-event.ts";
import { mountStreamExecution } from "./routes/stream-execution.ts";
import { mountUpdateTrigger } from "./routes/update-trigger.ts";
import { mountUpdateWorkflow } from "./routes/update-workflow.ts";
import { mountValidateWorkflow } from "./routes/validate-workflow.ts";

export { RunKeys } from "#run/run-keys-object";
export { WorkflowTriggers } from "#workflow-engine/triggers/workflow-triggers-object";
export { WorkflowRuns } from "#workflow-engine/workflow-runs-object";

const app = newApp(domain);

// Fixed paths before `/api/v1/workflows/{workflowId}`.
for (const mount of [
	mountReceiveWebhook,
	mountExecuteWorkflow,
	mountListExecutions,
	mountGetExecution,
	mountGetExecutionGraph,
	mountStreamExecution,
	mountCancelExecution,
	mountPauseExecution,
	mountResumeExecution,
	mountRetryExecution,
	mountForkExecution,
	mountSendEvent,
	mountDecideApproval,
	mountValidateWorkflow,
	mountImportWorkflow,
	mountListWorkflowTemplates,
	mountInstantiateWorkflow,
	mountListWorkflows,
	mountCreateWorkflow,
	mountGetWorkflow,
	mountGetWorkflowGraph,
	mountListWorkflowVersions,
	mountCreateTrigger,
	mountListTriggers,
	mountGetTrigger,
	mountUpdateTrigger,
	mountDeleteTrigger,
	mountUpdateWorkflow,
	mountDeleteWorkflow,
	mountGetMonitoring,
	mountListStuckExecutions,
]) {
	mount(app);
}
mountWorkflowMcp(app);
mountCloseSockets(app);
mountAccountAccess(app);

export default app;
