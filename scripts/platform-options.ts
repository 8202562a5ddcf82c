/**
 * The eight built Workers as options for Miniflare, derived from their wrangler.toml files.
 *
 * The gateway listens by itself on a direct socket: Miniflare's own entry Worker would halve the requests per second.
 */
import { extname, join } from "node:path";
import {
	type MiniflareOptions,
	type V4WorkerOptions,
	type WorkerdStructuredLog,
	convertV4MiniflareOptions,
} from "miniflare";
import { unstable_getMiniflareWorkerOptions } from "wrangler";
import type { Bundle } from "./build-worker.ts";
import type { Environment } from "./environment.ts";
import { localDatabaseId, localRuntime } from "./local-runtime.ts";
import { withPrivateNames } from "./private-names.ts";
import { settingsOf } from "./worker-settings.ts";
import { gatewayName } from "./workers.ts";

export interface PlatformOptions {
	host: string;
	port: number;
	stateDir: string;
	/** Settings and secrets of all Workers; each gets its own. */
	environment: Environment;
	/** What the Workers write to their console. */
	handleStructuredLogs: (log: WorkerdStructuredLog) => void;
}

const moduleTypes: Record<string, "ESModule" | "CompiledWasm" | "Text" | "Data"> = {
	".js": "ESModule",
	".mjs": "ESModule",
	".wasm": "CompiledWasm",
	".txt": "Text",
	".html": "Text",
	".sql": "Text",
	".bin": "Data",
};

export function platformOptions(bundles: Bundle[], options: PlatformOptions): MiniflareOptions {
	const workers = bundles.map((bundle) => workerOptions(bundle, options.environment));
	// With `run_worker_first` the gateway is asked before its static files. A socket of its own Worker would pass through
	// the routing of static files all the same; one of another Worker, pointed at the gateway, does not.
	const socketOwner = workers.find(({ name }) => name !== gatewayName);
	if (socketOwner) {
		socketOwner.unsafeDirectSockets = [{ host: options.host, port: options.port, serviceName: gatewayName }];
	}
	return withPrivateNames(
		convertV4MiniflareOptions({
			...localRuntime(options.stateDir),
			handleStructuredLogs: options.handleStructuredLogs,
			workers,
		}),
	);
}

function workerOptions({ worker, directory, modules }: Bundle, environment: Environment): V4WorkerOptions {
	// Without `secrets`, because Wrangler would look for them in files of its own and complain that they are missing.
	const config = { ...worker.config, secrets: undefined };
	const { modulesRules: _, ...options } = unstable_getMiniflareWorkerOptions(config).workerOptions;
	return {
		...options,
		name: worker.name,
		modulesRoot: directory,
		modules: modules.map((name) => ({
			type: moduleTypes[extname(name)] ?? "Data",
			path: join(directory, name),
		})),
		bindings: { ...worker.config.vars, ...settingsOf(worker, environment) },
		d1Databases: Object.fromEntries(worker.config.d1_databases.map((d1) => [d1.binding, localDatabaseId(d1)])),
	};
}
