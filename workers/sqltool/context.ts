/** What the sqltool Worker takes from its bindings; nothing else reads them. */
import { spanQueueSink } from "#core/span-queue";
import type { Domain } from "#http/app";
import type { SqltoolContext } from "#sqltool/context";

export const domain: Domain<SqltoolEnv, SqltoolContext> = {
	service: "sqltool",
	spans: (env, background) => spanQueueSink("sqltool", env.TELEMETRY, background),
	context: (_env, scope) => scope,
	probes: (env) => ({ database: () => env.DB.prepare("SELECT 1").run() }),
};
