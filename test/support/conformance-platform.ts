/** A platform of its own whose tools Worker also offers what the MCP conformance suite asks for. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unstable_readConfig } from "wrangler";
import { type Bundle, buildWorker } from "../../scripts/build-worker.ts";
import { buildWorkers } from "../../scripts/build-workers.ts";
import { freePort } from "../../scripts/free-port.ts";
import { applyMigrations } from "../../scripts/migrations.ts";
import { platformOptions } from "../../scripts/platform-options.ts";
import { root } from "../../scripts/root.ts";
import { superviseRuntime } from "../../scripts/supervisor.ts";
import { type Instance, testSettings } from "./people.ts";

export interface ConformancePlatform extends Instance {
	stop(): Promise<void>;
}

const host = "127.0.0.1";
const replaced = "tools";
const productFolder = join(root, "workers", replaced);

export async function startConformancePlatform(): Promise<ConformancePlatform> {
	const product = await buildWorkers();
	const tools = await buildTools();
	const bundles = product.map((bundle) => (bundle.worker.name === replaced ? tools : bundle));
	const stateDir = mkdtempSync(join(tmpdir(), "conformance-"));
	await applyMigrations(
		bundles.map(({ worker }) => worker),
		stateDir,
	);
	const admin = { email: "admin@example.com", password: "the admin of the tests" };
	const environment = {
		...{ ...testSettings, ADMIN_EMAIL: admin.email, ADMIN_PASSWORD: admin.password },
		SECRETS_KEY: Buffer.alloc(32, 7).toString("base64"),
	};
	const port = await freePort(host, 0);
	const options = platformOptions(bundles, { host, port, stateDir, environment, handleStructuredLogs: () => {} });
	const runtime = await superviseRuntime(options, () => {});
	return {
		url: `http://${host}:${port}`,
		admin,
		async stop() {
			await runtime.stop();
			rmSync(stateDir, { recursive: true, force: true });
		},
	};
}

/**
 * The product's own configuration with another main module, so that its bindings are always the product's. It lies as
 * deep as the product's, for the sake of the paths in it.
 */
async function buildTools(): Promise<Bundle> {
	const folder = join(root, ".build", "conformance");
	const main = join(root, "test", "mcp", "conformance-tools.ts");
	mkdirSync(folder, { recursive: true });
	const toml = readFileSync(join(productFolder, "wrangler.toml"), "utf8");
	const configPath = join(folder, "wrangler.toml");
	writeFileSync(configPath, toml.replace('main = "index.ts"', `main = "${main}"`));
	const worker = { name: "conformance-tools", configPath, config: unstable_readConfig({ config: configPath }) };
	return { ...(await buildWorker(worker)), worker: { ...worker, name: replaced } };
}
