/** The whole platform on this machine: builds, migrates, runs and supervises the eight Workers in one workerd. */
import { setTimeout as delay } from "node:timers/promises";
import type { WorkerdStructuredLog } from "miniflare";
import { formatSize } from "./bundle-budget.ts";
import { buildWorkers } from "./build-workers.ts";
import type { Environment } from "./environment.ts";
import { freePort } from "./free-port.ts";
import { checkSecrets, makeLocalSecrets, readLocalSecrets } from "./local-secrets.ts";
import { cronTriggers, startCrons } from "./local-cron.ts";
import { localSettings } from "./local-settings.ts";
import { applyMigrations } from "./migrations.ts";
import { platformOptions } from "./platform-options.ts";
import { refuseSecond, removeRuntimeRecord, writeRuntimeRecord } from "./runtime-record.ts";
import { SetupError } from "./setup-error.ts";
import { superviseRuntime } from "./supervisor.ts";

export interface StartOptions {
	/** Over `PORT`; 0 takes any free port. */
	port?: number;
	/** Over `STATE_DIR`. */
	stateDir?: string;
	/** Over the process's environment, variable by variable. */
	env?: Environment;
	/** Says nothing, and keeps the Workers' console to itself. */
	quiet?: boolean;
}

export interface Platform {
	/** Without a slash at its end. */
	readonly url: string;
	readonly stateDir: string;
	readonly admin: AdminSignIn;
	/** How often workerd died and was started again. */
	readonly restarts: number;
	/** The workerd process of this moment. */
	pid(): number;
	stop(): Promise<void>;
}

export interface AdminSignIn {
	email: string;
	/** Unknown where the first start got it from its environment. */
	password: string | undefined;
	/** Made by this start, so nobody has seen it yet. */
	isNew: boolean;
}

const readyWithinMs = 60_000;
const pollMs = 50;

/**
 * Resolves when the gateway answers `GET /api/health`; rejects with nothing left behind.
 *
 * @throws {SetupError} for what a person can act on: a port in use, a short secret, a Worker that does not build.
 */
export async function startPlatform(options: StartOptions = {}): Promise<Platform> {
	const say = options.quiet ? () => {} : (line: string) => console.log(line);
	const env = { ...process.env, ...options.env };
	const { host, port: envPort, stateDir: envStateDir } = localSettings(env);
	const stateDir = options.stateDir ?? envStateDir;
	refuseSecond(stateDir);
	checkSecrets(env);
	const port = await freePort(host, options.port ?? envPort);
	const url = `http://${reachable(host)}:${port}`;

	say("Building the Workers");
	const bundles = await buildWorkers(({ worker, gzipBytes, cached }) =>
		say(`  ${worker.name.padEnd(18)}${formatSize(gzipBytes)}${cached ? "  (unchanged)" : ""}`),
	);
	const workers = bundles.map(({ worker }) => worker);
	const applied = await applyMigrations(workers, stateDir);
	say(applied.length === 0 ? "The databases are up to date" : `Migrated the databases: ${applied.join(", ")}`);

	say("Starting the Workers");
	const made = makeLocalSecrets(stateDir, env);
	const environment = readLocalSecrets(stateDir, env);
	checkSecrets(environment);
	const handleStructuredLogs = options.quiet ? () => {} : print;
	const runtimeOptions = platformOptions(bundles, { host, port, stateDir, environment, handleStructuredLogs });
	const runtime = await superviseRuntime(runtimeOptions, (pid) =>
		writeRuntimeRecord(stateDir, { url, port, pid, supervisor: process.pid }),
	);
	const stopCrons = startCrons(cronTriggers(workers, runtimeOptions), ({ worker, cron }, at) =>
		runtime.schedule(worker, cron, at),
	);
	const forget = () => removeRuntimeRecord(stateDir);
	process.once("exit", forget);
	const stop = async () => {
		stopCrons();
		await runtime.stop();
		process.off("exit", forget);
		forget();
	};
	try {
		await untilHealthy(url);
	} catch (error) {
		await stop();
		throw error;
	}
	return {
		url,
		stateDir,
		admin: adminOf(environment, made.includes("ADMIN_PASSWORD")),
		get restarts() {
			return runtime.restarts;
		},
		pid: () => runtime.pid,
		stop,
	};
}

export function adminOf({ ADMIN_EMAIL = "", ADMIN_PASSWORD }: Environment, isNew = false): AdminSignIn {
	return { email: ADMIN_EMAIL, password: ADMIN_PASSWORD, isNew };
}

/** The address under which this machine reaches a host that it listens on. */
function reachable(host: string): string {
	if (host === "0.0.0.0" || host === "::" || host === "*") return "127.0.0.1";
	return host.includes(":") ? `[${host}]` : host;
}

async function untilHealthy(url: string): Promise<void> {
	const deadline = Date.now() + readyWithinMs;
	let answer = "nothing";
	while (Date.now() < deadline) {
		try {
			const response = await fetch(`${url}/api/health`, { signal: AbortSignal.timeout(10_000) });
			answer = `${response.status} ${await response.text()}`;
			if (response.ok) return;
		} catch {
			// Not listening yet.
		}
		await delay(pollMs);
	}
	throw new SetupError(`The gateway is not healthy after ${readyWithinMs / 1000} s; it answered ${answer}`);
}

function print({ level, message }: WorkerdStructuredLog): void {
	if (level === "error" || level === "warn") console.error(message);
	else console.log(message);
}
