import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { deployPlan } from "./deploy-plan.ts";
import { secretsOf, secretsToUpload } from "./deploy-secrets.ts";
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

test("what no one can make up is asked for before the first step", async () => {
	const plan = deployPlan(readWorkers(), {});
	await expect(secretsOf(plan, async () => [], {})).rejects.toThrow("ADMIN_EMAIL, ADMIN_PASSWORD");
	const secrets = await secretsOf(plan, async () => [], { ADMIN_EMAIL: "a@b.test", ADMIN_PASSWORD: "chosen" });
	expect([...secrets.keys()].toSorted()).toEqual(workerNames().toSorted());
	expect(secrets.get("gateway")).toMatchObject({ ADMIN_PASSWORD: "chosen", TRUST_CF_CONNECTING_IP: "true" });
	expect(secrets.get("orchestrator")).toEqual({});
});

test("no step is taken while a setting is missing", { timeout: 120_000 }, async () => {
	const calls: string[] = [];
	const api = createServer((request, response) => {
		calls.push(`${request.method} ${request.url}`);
		const known = answers.find(([path]) => request.url?.split("?")[0]?.endsWith(path));
		response.writeHead(known ? 200 : 404, { "content-type": "application/json" });
		const errors = known ? [] : [{ code: 10007, message: "This Worker does not exist on your account." }];
		response.end(JSON.stringify({ success: known !== undefined, result: known?.[1] ?? null, errors, messages: [] }));
	});
	await once(api.listen(0, "127.0.0.1"), "listening");
	const { code, output } = await runTool("node", ["scripts/deploy.ts"], {
		CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${(api.address() as AddressInfo).port}`,
		CLOUDFLARE_API_TOKEN: "token",
		CLOUDFLARE_ACCOUNT_ID: "account",
		ADMIN_EMAIL: "",
		ADMIN_PASSWORD: "",
	});
	api.close();
	expect(output).toContain("ADMIN_EMAIL, ADMIN_PASSWORD");
	expect(code).not.toBe(0);
	expect(calls.filter((call) => call.includes("/secrets")).length).toBe(workerNames().length);
	expect(calls.filter((call) => !call.startsWith("GET ") || /\/(?:d1|queues|r2)\b/.test(call))).toEqual([]);
});

test("what the environment sets of a Worker's [vars] goes up with it, and not with others", async () => {
	const settings = { ...noAccount, RETENTION_DAYS: "3", RUN_RETENTION_DAYS: "", EGRESS_ALLOW: "" };
	const { stdout } = await runTool("node", ["scripts/deploy.ts", "--dry-run"], settings);
	const withVars = stdout.split("\n").filter((line) => line.includes("--var"));
	expect(withVars).toEqual([expect.stringMatching(/^wrangler deploy .*observability\S+ --var RETENTION_DAYS:3$/)]);
});

/** What Cloudflare says of an account in which nothing is deployed. */
const answers: [path: string, result: unknown][] = [
	["/user", { id: "user", email: "a@b.test" }],
	["/user/tokens/verify", { id: "token", status: "active" }],
	["/accounts", [{ id: "account", name: "Test" }]],
	["/memberships", [{ id: "membership", account: { id: "account", name: "Test" } }]],
];

function worker(name: string): WorkerConfig {
	const found = readWorkers().find((candidate) => candidate.name === name);
	if (!found) throw new Error(`no Worker ${name}`);
	return found;
}
