/** The tools Worker: standard and custom tools, their calls, and the calls that are kept. */
import { newApp } from "#http/app";
import { mountCloseSockets } from "./close-sockets.ts";
import { domain } from "./context.ts";
import { mountMcp } from "./mcp-endpoint.ts";
import { mountCancelExecution } from "./routes/cancel-execution.ts";
import { mountCreateTool } from "./routes/create-tool.ts";
import { mountDecideApproval } from "./routes/decide-approval.ts";
import { mountDeleteTool } from "./routes/delete-tool.ts";
import { mountExecuteTool } from "./routes/execute-tool.ts";
import { mountGetExecutionResult } from "./routes/get-execution-result.ts";
import { mountGetExecution } from "./routes/get-execution.ts";
import { mountGetToolHealth } from "./routes/get-tool-health.ts";
import { mountGetTool } from "./routes/get-tool.ts";
import { mountListExecutions } from "./routes/list-executions.ts";
import { mountListTools } from "./routes/list-tools.ts";
import { mountMcpServers } from "./routes/mount-mcp-servers.ts";
import { mountRetryExecution } from "./routes/retry-execution.ts";
import { mountStreamExecution } from "./routes/stream-execution.ts";
import { mountUpdateTool } from "./routes/update-tool.ts";

export { RunKeys } from "#run/run-keys-object";
export { McpConnection } from "#tools/mcp/mcp-connection-object";
export { ToolLimiter } from "#tools/tool-limiter-object";
export { ToolRuns } from "#tools/tool-runs-object";
export { ToolsEntrypoint } from "./tools-entrypoint.ts";

const app = newApp(domain);

// Fixed paths before `/api/v1/tools/{toolId}`.
for (const mount of [
	mountListTools,
	mountCreateTool,
	mountListExecutions,
	mountGetExecution,
	mountGetExecutionResult,
	mountStreamExecution,
	mountCancelExecution,
	mountRetryExecution,
	mountDecideApproval,
	mountGetTool,
	mountUpdateTool,
	mountDeleteTool,
	mountGetToolHealth,
	mountExecuteTool,
]) {
	mount(app);
}
mountMcpServers(app);
mountMcp(app);
mountCloseSockets(app);

export default app;
