/** What the verbs of the tools domain work with, for one request. */
import type { Caller } from "#core/caller";

export interface ToolsContext {
	readonly caller: Caller;
}
