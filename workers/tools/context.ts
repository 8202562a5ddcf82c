/** What the tools Worker takes from its bindings; nothing else reads them. */
import { spanQueueSink } from "#core/span-queue";
import type { Domain, RequestScope } from "#http/app";

export interface ToolsContext {
	scope: RequestScope;
}

export const domain: Domain<ToolsEnv, ToolsContext> = {
	service: "tools",
	spans: (env, background) => spanQueueSink("tools", env.TELEMETRY, background),
	context: (_env, scope) => ({ scope }),
	probes: (env) => ({ database: () => env.DB.prepare("SELECT 1").run() }),
};
