/** The Hono app on which the routes of the observability domain are mounted. */
import type { App } from "#http/app";
import type { ObservabilityContext } from "#observability/context";

export type ObservabilityApp = App<ObservabilityEnv, ObservabilityContext>;
