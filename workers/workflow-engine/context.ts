/** What the workflow-engine Worker takes from its bindings; nothing else reads them. */
import { spanQueueSink } from "#core/span-queue";
import type { Domain } from "#http/app";
import type { WorkflowEngineContext } from "#workflow-engine/context";

export const domain: Domain<WorkflowEngineEnv, WorkflowEngineContext> = {
	service: "workflow-engine",
	spans: (env, background) => spanQueueSink("workflow-engine", env.TELEMETRY, background),
	context: (_env, scope) => scope,
	probes: (env) => ({ database: () => env.DB.prepare("SELECT 1").run() }),
};
