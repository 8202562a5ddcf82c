/**
 * `npm run dev`: the eight Workers under `wrangler dev`, which reloads what is edited; on the same state as `npm start`.
 *
 * Its proxy may repeat a GET when the runtime restarts, so what is measured or killed runs under `npm start`.
 */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { join } from "node:path";
import { buildAssets } from "./build-assets.ts";
import { writeDevConfigs } from "./dev-configs.ts";
import { freePort } from "./free-port.ts";
import { makeLocalSecrets, readLocalSecrets, secretsPath } from "./local-secrets.ts";
import { localSettings } from "./local-settings.ts";
import { applyMigrations } from "./migrations.ts";
import { root } from "./root.ts";
import { refuseSecond } from "./runtime-record.ts";
import { runCommand } from "./setup-error.ts";
import { readWorkers } from "./workers.ts";

await runCommand(async () => {
	const { host, port, stateDir } = localSettings(process.env);
	refuseSecond(stateDir);
	await freePort(host, port);
	makeLocalSecrets(stateDir, process.env);
	const workers = readWorkers();
	const configs = writeDevConfigs(workers, join(stateDir, "dev"), readLocalSecrets(stateDir, process.env));
	buildAssets();
	await applyMigrations(workers, stateDir);
	console.log(`The admin's password is ADMIN_PASSWORD, here or in ${secretsPath(stateDir)}.`);
	wranglerDev([
		...configs.flatMap((path) => ["--config", path]),
		...["--ip", host, "--port", String(port), "--persist-to", stateDir],
	]);
});

function wranglerDev(args: string[]): void {
	const child = spawn(join(root, "node_modules/.bin/wrangler"), ["dev", ...args], {
		cwd: root,
		env: { ...process.env, WRANGLER_SEND_METRICS: "false" },
		stdio: "inherit",
	});
	for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
	process.once("disconnect", () => child.kill());
	child.once("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal ?? "SIGTERM"]));
}
