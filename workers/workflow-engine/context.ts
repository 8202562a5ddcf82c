/** What the workflow-engine Worker takes from its bindings; nothing else reads them. */
import { spanQueueSink } from "#core/span-queue";
import type { Domain, RequestScope } from "#http/app";

export interface WorkflowEngineContext {
	scope: RequestScope;
}

export const domain: Domain<WorkflowEngineEnv, WorkflowEngineContext> = {
	service: "workflow-engine",
	spans: (env, background) => spanQueueSink("workflow-engine", env.TELEMETRY, background),
	context: (_env, scope) => ({ scope }),
	probes: (env) => ({ database: () => env.DB.prepare("SELECT 1").run() }),
};
