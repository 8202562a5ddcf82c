/** The Hono app on which the routes of the agents domain are mounted. */
import type { AgentsContext } from "#agents/context";
import type { App } from "#http/app";

export type AgentsApp = App<AgentsEnv, AgentsContext>;
