/** What the observability Worker takes from its bindings; nothing else reads them. */
import { drizzle } from "drizzle-orm/d1";
import { madeOnce } from "#core/made-once";
import { spanQueueSink } from "#core/span-queue";
import type { Domain } from "#http/app";
import type { ObservabilityContext } from "#observability/context";
import type { Database } from "#observability/store";

export const domain: Domain<ObservabilityEnv, ObservabilityContext> = {
	service: "observability",
	spans: (env, background) => spanQueueSink("observability", env.TELEMETRY, background),
	context: (env, scope) => Object.assign(scope, { db: databaseOf(env) }),
	probes: (env) => ({ database: () => env.DB.prepare("SELECT 1").run() }),
};

export const databaseOf = madeOnce((env: ObservabilityEnv): Database => drizzle(env.DB, { casing: "snake_case" }));

export function retentionDaysOf(env: ObservabilityEnv): number {
	const days = Number(env.RETENTION_DAYS);
	if (!(days > 0)) throw new Error("RETENTION_DAYS must be a positive number");
	return days;
}
