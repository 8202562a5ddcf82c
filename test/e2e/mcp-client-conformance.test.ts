/** The MCP project's suite for clients against the registry of servers: what the platform calls are the suite's. */
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { beforeAll, expect, inject, test } from "vitest";
import { root } from "../../scripts/root.ts";
import { installPeers, installTimeoutMs, runPeer } from "../support/peers.ts";
import { newPerson } from "../support/people.ts";

const instance = inject("platform");
const scenarioTimeoutMs = 60_000;
const driver = `${process.execPath} ${join(root, "test", "mcp", "client-driver.ts")}`;

let key: string;

beforeAll(async () => {
	await installPeers();
	({ key } = await (await newPerson(instance)).call("POST", "/api/v1/api-keys", { name: "conformance" }));
}, installTimeoutMs);

test.each([
	["2025-11-25", "initialize", 1],
	["2025-11-25", "tools_call", 1],
	["2026-07-28", "tools_call", 1],
	["2025-11-25", "elicitation-sep1034-client-defaults", 5],
	["2025-11-25", "sse-retry", 3],
	["2026-07-28", "request-metadata", 6],
	["2026-07-28", "http-standard-headers", 3],
	["2026-07-28", "http-custom-headers", 18],
	["2026-07-28", "http-invalid-tool-headers", 12],
	["2026-07-28", "sep-2322-client-request-state", 5],
	["2026-07-28", "json-schema-ref-no-deref", 1],
	["2025-11-25", "auth/metadata-default", 19],
	["2025-11-25", "auth/metadata-var1", 19],
	["2025-11-25", "auth/metadata-var2", 19],
	["2025-11-25", "auth/metadata-var3", 19],
	["2025-11-25", "auth/scope-from-www-authenticate", 15],
	["2025-11-25", "auth/scope-from-scopes-supported", 15],
	["2025-11-25", "auth/scope-omitted-when-undefined", 15],
	["2025-11-25", "auth/scope-step-up", 25],
	["2025-11-25", "auth/scope-retry-limit", 10],
	["2025-11-25", "auth/token-endpoint-auth-basic", 20],
	["2025-11-25", "auth/token-endpoint-auth-post", 20],
	["2025-11-25", "auth/token-endpoint-auth-none", 20],
	["2025-11-25", "auth/pre-registration", 14],
	["2026-07-28", "auth/metadata-default", 18],
	["2026-07-28", "auth/metadata-var1", 18],
	["2026-07-28", "auth/metadata-var2", 18],
	["2026-07-28", "auth/metadata-var3", 18],
	["2026-07-28", "auth/scope-from-www-authenticate", 14],
	["2026-07-28", "auth/scope-from-scopes-supported", 14],
	["2026-07-28", "auth/scope-omitted-when-undefined", 14],
	["2026-07-28", "auth/scope-step-up", 27],
	["2026-07-28", "auth/scope-retry-limit", 11],
	["2026-07-28", "auth/token-endpoint-auth-basic", 19],
	["2026-07-28", "auth/token-endpoint-auth-post", 19],
	["2026-07-28", "auth/token-endpoint-auth-none", 19],
	["2026-07-28", "auth/pre-registration", 12],
	["2026-07-28", "auth/resource-mismatch", 3],
	["2026-07-28", "auth/offline-access-scope", 15],
	["2026-07-28", "auth/offline-access-not-supported", 14],
	["2026-07-28", "auth/authorization-server-migration", 15],
	["2026-07-28", "auth/iss-supported", 14],
	["2026-07-28", "auth/iss-not-advertised", 14],
	["2026-07-28", "auth/iss-supported-missing", 8],
	["2026-07-28", "auth/iss-wrong-issuer", 8],
	["2026-07-28", "auth/iss-unexpected", 8],
	["2026-07-28", "auth/iss-normalized", 8],
	["2026-07-28", "auth/metadata-issuer-mismatch", 3],
	["2025-03-26", "auth/2025-03-26-oauth-metadata-backcompat", 13],
	["2025-03-26", "auth/2025-03-26-oauth-endpoint-fallback", 8],
])("%s: %s", { timeout: scenarioTimeoutMs }, async (version, scenario, checks) => {
	const { code, output } = await suite(version, scenario);
	expect(code, output.slice(-5_000)).toBe(0);
	const [, passed = 0, all] = /^Passed: (\d+)\/(\d+), 0 failed/m.exec(output) ?? [];
	expect(passed).toBe(all);
	expect(Number(passed)).toBeGreaterThanOrEqual(checks);
});

test.each(["2025-11-25", "2026-07-28"])(
	"%s: a platform that has no https address is not known by the document that describes it, and registers instead",
	{ timeout: scenarioTimeoutMs },
	async (version) => {
		const { output } = await suite(version, "auth/basic-cimd");
		expect(output).toMatch(/^Passed: (\d+)\/\1, 0 failed, 1 warnings/m);
		expect(output).toMatch(/cimd-client-id-used +\] WARNING/);
	},
);

async function suite(version: string, scenario: string): Promise<{ code: number; output: string }> {
	const args = ["client", "--command", driver, "--scenario", scenario, "--spec-version", version];
	const env = { PLATFORM_URL: instance.url, PLATFORM_KEY: key };
	const { code, stdout, stderr } = await runPeer("conformance-2026", args, { timeout: scenarioTimeoutMs, env });
	return { code, output: stripVTControlCharacters(stdout + stderr) };
}
