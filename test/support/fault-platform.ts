/** A platform of its own for a file of fault tests. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Platform, startPlatform } from "../../scripts/platform.ts";
import { testSettings } from "./people.ts";

export const faultAdmin = { email: "admin@example.com", password: "the admin of the tests" };

export async function startFaultPlatform(more: Record<string, string> = {}): Promise<Platform> {
	const stateDir = mkdtempSync(join(tmpdir(), "faults-"));
	const admin = { ADMIN_EMAIL: faultAdmin.email, ADMIN_PASSWORD: faultAdmin.password };
	return await startPlatform({ port: 0, stateDir, quiet: true, env: { ...testSettings, ...admin, ...more } });
}

/** And removes its state. */
export async function stopFaultPlatform(platform: Platform): Promise<void> {
	await platform.stop();
	rmSync(platform.stateDir, { recursive: true, force: true });
}
