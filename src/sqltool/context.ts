/** What the verbs of the sqltool domain work with, for one request. */
import type { Caller } from "#core/caller";

export interface SqltoolContext {
	readonly caller: Caller;
}
