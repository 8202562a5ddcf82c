/**
 * Configurations for `wrangler dev`, derived from the wrangler.toml files: with this machine's settings and secrets,
 * which Wrangler would read for one of several Workers only, and with a database for each Worker.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { experimental_readRawConfig } from "wrangler";
import type { Environment } from "./environment.ts";
import { localDatabaseId } from "./local-runtime.ts";
import { settingsOf } from "./worker-settings.ts";
import type { WorkerConfig } from "./workers.ts";

/** Resolves with the paths of the written files, in the order of the Workers. */
export function writeDevConfigs(workers: WorkerConfig[], directory: string, environment: Environment): string[] {
	mkdirSync(directory, { recursive: true });
	return workers.map((worker) => {
		const path = join(directory, `${worker.name}.json`);
		writeFileSync(path, JSON.stringify(devConfig(worker, environment)), { mode: 0o600 });
		return path;
	});
}

function devConfig(worker: WorkerConfig, environment: Environment): object {
	const { secrets: _, ...raw } = experimental_readRawConfig({ config: worker.configPath }).rawConfig;
	const absolute = (path: string | undefined) => path && resolve(dirname(worker.configPath), path);
	return {
		...raw,
		main: absolute(raw.main),
		assets: raw.assets && { ...raw.assets, directory: absolute(raw.assets.directory) },
		vars: { ...raw.vars, ...settingsOf(worker, environment) },
		d1_databases: worker.config.d1_databases.map((database) => ({
			...database,
			preview_database_id: localDatabaseId(database),
		})),
	};
}
