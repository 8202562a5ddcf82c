/**
 * The MCP project's own suite, both of its versions, against `/mcp` through the real gateway. It cannot sign in, so a
 * door before the gateway adds an API key; what it calls by name stands in `test/mcp`.
 */
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { root } from "../../scripts/root.ts";
import { type ConformancePlatform, startConformancePlatform } from "../support/conformance-platform.ts";
import { type KeyProxy, startKeyProxy } from "../support/key-proxy.ts";
import { installPeers, installTimeoutMs, runPeer } from "../support/peers.ts";
import { newPerson } from "../support/people.ts";

const suiteTimeoutMs = 240_000;
const expectedFailures = ["--expected-failures", join(root, "test", "mcp", "expected-failures.yml")];
/** What a server that keeps no sessions cannot have by 2025-11-25; each is in the file as well. */
const needSessions = 7;

let platform: ConformancePlatform;
let door: KeyProxy;

beforeAll(async () => {
	await installPeers();
	platform = await startConformancePlatform();
	const ada = await vi.waitFor(() => newPerson(platform), { timeout: 30_000, interval: 200 });
	const { key } = await ada.call("POST", "/api/v1/api-keys", { name: "conformance" });
	door = await startKeyProxy(platform.url, key);
}, installTimeoutMs + suiteTimeoutMs);

afterAll(async () => {
	await door?.stop();
	await platform?.stop();
});

test("2026-07-28: every scored scenario passes", { timeout: suiteTimeoutMs }, async () => {
	const { code, stdout } = await suite("conformance-2026", ["--requirements", "2026-07-28"]);
	expect(code, stdout.slice(-5_000)).toBe(0);
	const { passed, failed } = scored(stdout);
	expect(failed).toEqual([]);
	expect(passed).toHaveLength(37);
});

test.each([
	["its own suite", "conformance-2025", [], 30],
	// Three of these are not scored; it does not say which.
	["the suite of 2026", "conformance-2026", ["--requirements", "2025-11-25"], 33],
] as const)(
	"2025-11-25 by %s: what needs no session passes",
	{ timeout: suiteTimeoutMs },
	async (_, program, args, scenarios) => {
		const { code, stdout } = await suite(program, [...args, ...expectedFailures]);
		expect(code, stdout.slice(-5_000)).toBe(0);
		expect(stdout.match(/^ {2}~ /gm)).toHaveLength(needSessions);
		// A warning is an expected failure too, but no ✗.
		const { passed, failed } = scored(stdout);
		expect(failed).toHaveLength(needSessions - 1);
		expect(passed.length + failed.length).toBe(scenarios);
	},
);

async function suite(program: "conformance-2025" | "conformance-2026", args: readonly string[]) {
	const finished = await runPeer(program, ["server", "--url", `${door.url}/mcp`, ...args], { timeout: suiteTimeoutMs });
	return { ...finished, stdout: stripVTControlCharacters(finished.stdout) };
}

/** The scenarios of the summary, without those that the suite runs but does not score. */
function scored(output: string): { passed: string[]; failed: string[] } {
	const summary = output.slice(output.indexOf("=== SUMMARY ==="));
	const unscored = new Set([...summary.matchAll(/^ {2}[✓✗] (\S+) \(/gm)].map(([, name]) => name));
	const marked = (mark: string) =>
		[...summary.matchAll(new RegExp(`^${mark} (\\S+): `, "gm"))].flatMap(([, name]) =>
			name && !unscored.has(name) ? [name] : [],
		);
	return { passed: marked("✓"), failed: marked("✗") };
}
