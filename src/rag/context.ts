/** What the verbs of the rag domain work with, for one request. */
import type { Caller } from "#core/caller";

export interface RagContext {
	readonly caller: Caller;
}
