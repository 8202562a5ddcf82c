/** The options that every local runtime of ours shares, and the names of local resources. */
import { join } from "node:path";
import type { Unstable_Config } from "wrangler";

/** State lies where `wrangler dev --persist-to <stateDir>` keeps it, so that both work on the same. */
export function localRuntime(stateDir: string) {
	return {
		resourcePersistencePath: join(stateDir, "v3"),
		host: "127.0.0.1",
		port: 0,
		/** No download of a sample `request.cf`. */
		cf: false,
	} as const;
}

/** Wrangler would fall back to the binding, which is `DB` in every Worker: one database for all of them. */
export function localDatabaseId(database: Unstable_Config["d1_databases"][number]): string {
	return database.preview_database_id ?? database.database_name ?? database.binding;
}
