/** What the workflow-engine Worker takes from its bindings; nothing else reads them. */
import type { AgentsClient } from "#agents/client";
import { sealingKey } from "#core/crypto";
import { madeOnce } from "#core/made-once";
import { spanQueueSink } from "#core/span-queue";
import type { Domain } from "#http/app";
import { mcpErrorResponse } from "#http/mcp-error-response";
import { workflowMcpPath } from "#mcp/paths";
import type { ToolsClient } from "#tools/client";
import type { WorkflowEngineContext } from "#workflow-engine/context";
import { openDb } from "#workflow-engine/store";
import { triggerHome } from "#workflow-engine/triggers/trigger-home";
import { workflowHome } from "#workflow-engine/workflow-home";

export const domain: Domain<WorkflowEngineEnv, WorkflowEngineContext> = {
	service: "workflow-engine",
	spans: (env, background) => spanQueueSink("workflow-engine", env.TELEMETRY, background),
	context: (env, scope) => Object.assign(scope, bindingsOf(env)),
	errorResponse: (path) => (workflowMcpPath.test(path) ? mcpErrorResponse : undefined),
	probes: (env) => ({ database: () => env.DB.prepare("SELECT 1").run() }),
};

type FromBindings = Omit<WorkflowEngineContext, "caller" | "origin" | "background">;

const bindingsOf = madeOnce((env: WorkflowEngineEnv): FromBindings => ({
	db: openDb(env.DB),
	home: (name) => workflowHome(env, name),
	triggers: (ownerId) => triggerHome(env, ownerId),
	sealingKey: () => sealingKey(env.SECRETS_KEY),
	keys: (userId) => env.RUN_KEYS.getByName(userId),
	tools: env.TOOLS as unknown as ToolsClient,
	agents: env.AGENTS as unknown as AgentsClient,
}));
