/** The Hono app on which the routes of the tools domain are mounted. */
import type { App } from "#http/app";
import type { ToolsContext } from "#tools/context";

export type ToolsApp = App<ToolsEnv, ToolsContext>;
