/** What the verbs of the observability domain work with, for one request. */
import type { Caller } from "#core/caller";
import type { Database } from "./store.ts";

export interface ObservabilityContext {
	readonly caller: Caller;
	db: Database;
}
