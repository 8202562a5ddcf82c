/** Workers in a workerd of their own, with fresh state, the first of them listening on a direct socket. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Bundle } from "../scripts/build-worker.ts";
import type { Environment } from "../scripts/environment.ts";
import { freePort } from "../scripts/free-port.ts";
import { applyMigrations } from "../scripts/migrations.ts";
import { platformOptions } from "../scripts/platform-options.ts";
import { root } from "../scripts/root.ts";
import { superviseRuntime } from "../scripts/supervisor.ts";

export interface Runtime {
	url: string;
	/** Of this moment: a runtime that dies is started again with the same state. */
	readonly pid: number;
	stop(): Promise<void>;
}

const host = "127.0.0.1";

/** State lies on the disk that `npm start` would use: a temporary directory may be memory. */
export async function startRuntime(bundles: Bundle[], environment: Environment): Promise<Runtime> {
	mkdirSync(join(root, ".build"), { recursive: true });
	const stateDir = mkdtempSync(join(root, ".build", "bench-state-"));
	const port = await freePort(host, 0);
	await applyMigrations(
		bundles.map(({ worker }) => worker),
		stateDir,
	);
	const options = platformOptions(bundles, { host, port, stateDir, environment, handleStructuredLogs: reportErrors });
	const runtime = await superviseRuntime(options, () => {});
	return {
		url: `http://${host}:${port}`,
		get pid() {
			return runtime.pid;
		},
		async stop() {
			await runtime.stop();
			rmSync(stateDir, { recursive: true, force: true });
		},
	};
}

function reportErrors({ level, message }: { level: string; message: string }): void {
	if (level === "error") console.error(message);
}
