/** Vitest's global set-up: one platform for all end-to-end tests, on a state of its own that goes with it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { startPlatform } from "../../scripts/platform.ts";
import { testSettings } from "../support/people.ts";

export default async function startForTests(project: TestProject): Promise<() => Promise<void>> {
	const stateDir = mkdtempSync(join(tmpdir(), "e2e-"));
	const admin = { email: "admin@example.com", password: "the admin of the tests" };
	const env = { ...testSettings, ADMIN_EMAIL: admin.email, ADMIN_PASSWORD: admin.password };
	const platform = await startPlatform({ port: 0, stateDir, quiet: true, env });
	project.provide("platform", { url: platform.url, admin });
	return async () => {
		await platform.stop();
		rmSync(stateDir, { recursive: true, force: true });
	};
}
