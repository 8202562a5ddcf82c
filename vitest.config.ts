/**
 * One project a Worker, run inside workerd with that Worker's own bindings and migrated database; one, in workerd as
 * well, for what all Workers share; one in plain Node.
 */
import { mkdirSync } from "node:fs";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

const domains = ["agents", "orchestrator", "rag", "tools", "sqltool", "workflow-engine", "observability"];
const nodeTests = "**/*.node.test.ts";
const bareWorker = { compatibilityDate: "2026-11-01", compatibilityFlags: ["nodejs_compat"] };

/** The Workers that a domain calls; a fixture of the domain's stands in for each. */
const boundTo: Record<string, string[]> = {
	agents: ["tools"],
	tools: ["rag"],
	"workflow-engine": ["agents", "tools"],
};

/** Their tests look at what a runtime keeps: each file has one of its own, which takes three seconds. */
const isolated = ["agents"];

/** What runs in Node beside the tests of a domain. */
const globalSetups: Record<string, string> = {
	tools: "test/support/start-mcp-servers.ts",
	rag: "test/support/start-vector-stores.ts",
};

/** Packages of many modules, by the domain whose tests load them. */
const bundled: Record<string, string[]> = {
	"workflow-engine": ["jsonata", "@marcbachmann/cel-js", "@modelcontextprotocol/server", "yaml"],
	rag: ["htmlparser2", "markdown-it", "unpdf"],
	tools: ["mathjs", "linkedom", "@modelcontextprotocol/client", "@modelcontextprotocol/server", "sucrase", "turndown"],
};

/** What talks to a whole platform: one file at a time, after everything that is faster. */
const againstPlatform = { testTimeout: 60_000, hookTimeout: 90_000, fileParallelism: false };

export default defineConfig({
	test: {
		projects: [
			...(await Promise.all(domains.map(workerProject))),
			await gatewayProject(),
			{
				plugins: [cloudflareTest({ miniflare: bareWorker })],
				test: { name: "core", include: ["src/{core,http,models}/**/*.test.ts"], exclude: [nodeTests], isolate: false },
			},
			runProject(),
			{
				test: { name: "node", include: [nodeTests], exclude: ["node_modules/**"] },
			},
			{
				test: {
					...againstPlatform,
					name: "e2e",
					include: ["test/e2e/**/*.test.ts"],
					globalSetup: "test/e2e/start-platform.ts",
					sequence: { groupOrder: 1 },
				},
			},
			{
				test: {
					...againstPlatform,
					name: "faults",
					include: ["test/faults/**/*.test.ts"],
					sequence: { groupOrder: 2 },
				},
			},
		],
	},
});

function serviceFixture(domain: string, name: string) {
	return { ...bareWorker, name, modules: true, scriptPath: `workers/${domain}/${name}-service.fixture.js` };
}

async function workerProject(domain: string) {
	return {
		plugins: [
			cloudflareTest({
				wrangler: { configPath: `workers/${domain}/wrangler.toml` },
				miniflare: {
					bindings: { SECRETS_KEY: Buffer.alloc(32, 7).toString("base64"), EGRESS_ALLOW: "127.0.0.0/8" },
					workers: (boundTo[domain] ?? []).map((name) => serviceFixture(domain, name)),
				},
			}),
		],
		test: {
			name: domain,
			// Each module travels to workerd by itself, so the packages with hundreds of them are put together first.
			deps: { optimizer: { ssr: { enabled: true, include: bundled[domain] ?? [] } } },
			include: [`{src,workers}/${domain}/**/*.test.ts`, "test/domains/*.test.ts"],
			exclude: [nodeTests],
			setupFiles: ["test/support/migrate.ts"],
			isolate: isolated.includes(domain),
			globalSetup: globalSetups[domain],
			provide: { domain, migrations: await readD1Migrations(`migrations/${domain}`) },
		},
	};
}

/** The run log, in a Worker whose runs do what a test tells them. */
function runProject() {
	return {
		plugins: [
			cloudflareTest({
				main: "test/support/run-worker.ts",
				miniflare: {
					...bareWorker,
					d1Databases: ["DB"],
					durableObjects: {
						RUNS: { className: "TestRuns", useSQLite: true },
						KEYS: { className: "RunKeys", useSQLite: true },
					},
				},
			}),
		],
		test: { name: "run", include: ["src/run/**/*.test.ts"], exclude: [nodeTests], isolate: false },
	};
}

/** The gateway, with one echoing Worker in the place of each domain. */
async function gatewayProject() {
	mkdirSync(".build/assets", { recursive: true });
	return {
		plugins: [
			cloudflareTest({
				wrangler: { configPath: "wrangler.toml" },
				miniflare: {
					bindings: { JWT_SECRET: "a secret of the tests, 32 bytes or more" },
					workers: domains.map((name) => ({
						...bareWorker,
						name,
						modules: true,
						scriptPath: "workers/gateway/echo-domain.fixture.js",
						bindings: { SERVICE: name },
						durableObjects: { ROOM: { className: "Room", useSQLite: true } },
					})),
				},
			}),
		],
		test: {
			name: "gateway",
			include: ["{src,workers}/gateway/**/*.test.ts"],
			exclude: [nodeTests],
			setupFiles: ["test/support/migrate.ts"],
			provide: { migrations: await readD1Migrations("migrations/gateway") },
		},
	};
}
