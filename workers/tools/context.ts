/** What the tools Worker takes from its bindings; nothing else reads them. */
import { spanQueueSink } from "#core/span-queue";
import type { Domain } from "#http/app";
import type { ToolsContext } from "#tools/context";

export const domain: Domain<ToolsEnv, ToolsContext> = {
	service: "tools",
	spans: (env, background) => spanQueueSink("tools", env.TELEMETRY, background),
	context: (_env, scope) => ({
		get caller() {
			return scope.caller;
		},
	}),
	probes: (env) => ({ database: () => env.DB.prepare("SELECT 1").run() }),
};
