import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./root.ts";
import { settingNames, settingsOf } from "./worker-settings.ts";
import { readWorkers, type WorkerConfig } from "./workers.ts";

test.each([
	["gateway", "src/gateway/settings.ts"],
	["agents", "src/models/provider.ts"],
	["rag", "src/models/provider.ts"],
	["rag", "src/rag/reranking/rerank-settings.ts"],
])("every variable that the %s Worker declares in %s reaches it", (name, source) => {
	const declared = readFileSync(join(root, source), "utf8").matchAll(/^\t([A-Z][A-Z_]+)\??: string;/gm);
	const names = [...declared].map(([, variable]) => variable);
	expect(names).not.toEqual([]);
	expect(settingNames(worker(name))).toEqual(expect.arrayContaining(names));
});

test("a Worker gets its own settings and no others; an empty one counts as unset", () => {
	const environment = {
		JWT_SECRET: "j",
		SECRETS_KEY: "s",
		OPENAI_API_KEY: "",
		EGRESS_ALLOW: "localhost",
		PATH: "/bin",
	};
	expect(settingsOf(worker("gateway"), environment)).toEqual({ JWT_SECRET: "j", EGRESS_ALLOW: "localhost" });
	expect(settingsOf(worker("agents"), environment)).toEqual({ SECRETS_KEY: "s", EGRESS_ALLOW: "localhost" });
	expect(settingsOf(worker("rag"), environment)).toEqual({ SECRETS_KEY: "s", EGRESS_ALLOW: "localhost" });
	expect(settingsOf(worker("orchestrator"), environment)).not.toHaveProperty("SECRETS_KEY");
});

test("a number or a boolean in wrangler.toml stays one", () => {
	const rag = worker("rag");
	const withDefaults = { ...rag, config: { ...rag.config, vars: { DAYS: 7, QUIET: false, NAME: "a" } } };
	const environment = { DAYS: "30", QUIET: "true", NAME: "1" };
	expect(settingsOf(withDefaults, environment)).toEqual({ DAYS: 30, QUIET: true, NAME: "1" });
});

function worker(name: string): WorkerConfig {
	const found = readWorkers().find((candidate) => candidate.name === name);
	if (!found) throw new Error(`no Worker ${name}`);
	return found;
}
