/** What the verbs of the orchestrator domain work with, for one request. */
import type { Caller } from "#core/caller";

export interface OrchestratorContext {
	readonly caller: Caller;
}
