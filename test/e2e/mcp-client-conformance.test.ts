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
	["2025-11-25", "sse-retry", 3],
	["2026-07-28", "request-metadata", 6],
	["2026-07-28", "http-standard-headers", 3],
	["2026-07-28", "http-custom-headers", 18],
	["2026-07-28", "http-invalid-tool-headers", 12],
	["2026-07-28", "sep-2322-client-request-state", 5],
	["2026-07-28", "json-schema-ref-no-deref", 1],
])("%s: %s", { timeout: scenarioTimeoutMs }, async (version, scenario, checks) => {
	const { code, output } = await suite(version, scenario);
	expect(code, output.slice(-5_000)).toBe(0);
	const [, passed = 0, all] = /^Passed: (\d+)\/(\d+), 0 failed/m.exec(output) ?? [];
	expect(passed).toBe(all);
	expect(Number(passed)).toBeGreaterThanOrEqual(checks);
});

test(
	"a server that asks a person for something gets a no, not the defaults",
	{ timeout: scenarioTimeoutMs },
	async () => {
		const { output } = await suite("2025-11-25", "elicitation-sep1034-client-defaults");
		expect(output).toContain("Expected action 'accept', got 'decline'");
	},
);

async function suite(version: string, scenario: string): Promise<{ code: number; output: string }> {
	const args = ["client", "--command", driver, "--scenario", scenario, "--spec-version", version];
	const env = { PLATFORM_URL: instance.url, PLATFORM_KEY: key };
	const { code, stdout, stderr } = await runPeer("conformance-2026", args, { timeout: scenarioTimeoutMs, env });
	return { code, output: stripVTControlCharacters(stdout + stderr) };
}
