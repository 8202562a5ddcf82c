/** The platform that already runs on this state, or else one started for the caller and stopped with it. */
import type { Environment } from "./environment.ts";
import { readLocalSecrets } from "./local-secrets.ts";
import { localSettings } from "./local-settings.ts";
import { type AdminSignIn, adminOf, startPlatform } from "./platform.ts";
import { readRuntimeRecord } from "./runtime-record.ts";

export interface RunningPlatform {
	url: string;
	admin: AdminSignIn;
	/** The workerd process of this moment. */
	pid(): number | undefined;
	/** Stops the platform where it was started here; leaves one that ran before alone. */
	release(): Promise<void>;
}

export async function runningPlatform(env: Environment = process.env): Promise<RunningPlatform> {
	const { stateDir } = localSettings(env);
	const record = readRuntimeRecord(stateDir);
	const pid = () => readRuntimeRecord(stateDir)?.pid;
	if (record) return { url: record.url, admin: adminOf(readLocalSecrets(stateDir, env)), pid, release: async () => {} };
	const platform = await startPlatform({ env });
	return { url: platform.url, admin: platform.admin, pid, release: () => platform.stop() };
}
