/** What the rag Worker takes from its bindings; nothing else reads them. */
import { spanQueueSink } from "#core/span-queue";
import type { Domain } from "#http/app";
import type { RagContext } from "#rag/context";

export const domain: Domain<RagEnv, RagContext> = {
	service: "rag",
	spans: (env, background) => spanQueueSink("rag", env.TELEMETRY, background),
	context: (_env, scope) => scope,
	probes: (env) => ({ database: () => env.DB.prepare("SELECT 1").run() }),
};
