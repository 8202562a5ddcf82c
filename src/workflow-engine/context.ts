/** What the verbs of the workflow-engine domain work with, for one request. */
import type { Caller } from "#core/caller";

export interface WorkflowEngineContext {
	readonly caller: Caller;
}
