/** The Hono app on which the routes of the workflow-engine domain are mounted. */
import type { App } from "#http/app";
import type { WorkflowEngineContext } from "#workflow-engine/context";

export type WorkflowEngineApp = App<WorkflowEngineEnv, WorkflowEngineContext>;
