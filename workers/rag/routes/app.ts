/** The Hono app on which the routes of the rag domain are mounted. */
import type { App } from "#http/app";
import type { RagContext } from "#rag/context";

export type RagApp = App<RagEnv, RagContext>;
