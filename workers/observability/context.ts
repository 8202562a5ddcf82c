/** What the observability Worker takes from its bindings; nothing else reads them. */
import { spanQueueSink } from "#core/span-queue";
import type { Domain, RequestScope } from "#http/app";

export interface ObservabilityContext {
	scope: RequestScope;
}

export const domain: Domain<ObservabilityEnv, ObservabilityContext> = {
	service: "observability",
	spans: (env, background) => spanQueueSink("observability", env.TELEMETRY, background),
	context: (_env, scope) => ({ scope }),
	probes: (env) => ({ database: () => env.DB.prepare("SELECT 1").run() }),
};
