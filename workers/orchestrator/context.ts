/** What the orchestrator Worker takes from its bindings; nothing else reads them. */
import { spanQueueSink } from "#core/span-queue";
import type { Domain } from "#http/app";
import type { OrchestratorContext } from "#orchestrator/context";

export const domain: Domain<OrchestratorEnv, OrchestratorContext> = {
	service: "orchestrator",
	spans: (env, background) => spanQueueSink("orchestrator", env.TELEMETRY, background),
	context: (_env, scope) => scope,
	probes: (env) => ({ database: () => env.DB.prepare("SELECT 1").run() }),
};
