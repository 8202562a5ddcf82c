import { expect, test } from "vitest";
import { secretsToUpload } from "./deploy-secrets.ts";
import { runTool } from "./run-tool.ts";
import { readWorkers, workerNames, type WorkerConfig } from "./workers.ts";

const noAccount = { CLOUDFLARE_API_TOKEN: "", CLOUDFLARE_API_BASE_URL: "http://127.0.0.1:9" };

test("--dry-run prints every command in the order of the bindings, without an account", async () => {
	const { code, stdout } = await runTool("node", ["scripts/deploy.ts", "--dry-run"], noAccount);
	expect(code).toBe(0);
	const lines = stdout.trim().split("\n");
	expect(lines.every((line) => line.startsWith("wrangler "))).toBe(true);

	const lineOf = (start: string) => lines.findIndex((line) => line.startsWith(start));
	for (const { name, config } of readWorkers()) {
		const path = name === "gateway" ? "wrangler.toml" : `workers/${name}/wrangler.toml`;
		const deployed = lineOf(`wrangler deploy --minify --config ${path}`);
		const created = lineOf(`wrangler d1 info ${name} || wrangler d1 create ${name}`);
		const migrated = lineOf(`wrangler d1 migrations apply ${name} --remote --config ${path}`);
		expect(created, name).toBeGreaterThanOrEqual(0);
		expect(migrated, name).toBeGreaterThan(created);
		expect(deployed, name).toBeGreaterThan(migrated);
		for (const { service } of config.services ?? []) {
			expect(lineOf(`wrangler deploy --minify --config workers/${service}/`), service).toBeLessThan(deployed);
		}
	}
	expect(lines.filter((line) => line.startsWith("wrangler deploy "))).toHaveLength(workerNames().length);
	expect(lines).toContain("wrangler queues info telemetry || wrangler queues create telemetry");
});

test("a missing secret is made, one that the Worker has stays, one that a person chooses is asked for", () => {
	const gateway = worker("gateway");
	const environment = { ADMIN_EMAIL: "a@b.test", ADMIN_PASSWORD: "chosen", ALLOWED_ORIGINS: "https://b.test" };
	const first = secretsToUpload(gateway, [], environment);
	expect(first).toMatchObject({ ...environment, TRUST_CF_CONNECTING_IP: "true" });
	expect(first.JWT_SECRET?.length).toBeGreaterThanOrEqual(32);
	expect(secretsToUpload(gateway, Object.keys(first), { JWT_SECRET: "another" })).toEqual({});
	expect(() => secretsToUpload(gateway, [], {})).toThrow("ADMIN_EMAIL, ADMIN_PASSWORD");
});

function worker(name: string): WorkerConfig {
	const found = readWorkers().find((candidate) => candidate.name === name);
	if (!found) throw new Error(`no Worker ${name}`);
	return found;
}
