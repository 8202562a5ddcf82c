import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { applyMigrations } from "./migrations.ts";
import { runTool } from "./run-tool.ts";
import { readWorkers, type WorkerConfig } from "./workers.ts";

let directory: string;
beforeEach(() => {
	directory = mkdtempSync(join(tmpdir(), "migrations-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

test("each migration is applied once, in order, and Wrangler agrees", { timeout: 60_000 }, async () => {
	const stateDir = join(directory, "state");
	const workers = [
		workerWith({ "0002_more.sql": "INSERT INTO a VALUES (1);", "0001_init.sql": "CREATE TABLE a (b);" }),
	];
	expect(await applyMigrations(workers, stateDir)).toEqual(["made/0001_init.sql", "made/0002_more.sql"]);
	expect(await applyMigrations(workers, stateDir)).toEqual([]);

	const args = ["d1", "migrations", "list", "made", "--local", "--persist-to", stateDir];
	const { output } = await runTool("wrangler", [...args, "--config", join(directory, "wrangler.json")]);
	expect(output).toContain("No migrations to apply");
});

test("a migration that fails leaves nothing of itself and is named", { timeout: 60_000 }, async () => {
	const stateDir = join(directory, "state");
	const broken = "CREATE TABLE c (d); INSERT INTO nowhere VALUES (1);";
	await expect(applyMigrations([workerWith({ "0001_broken.sql": broken })], stateDir)).rejects.toThrow(
		"0001_broken.sql",
	);
	const mended = workerWith({ "0001_broken.sql": "CREATE TABLE c (d); -- alone" });
	expect(await applyMigrations([mended], stateDir)).toEqual(["made/0001_broken.sql"]);
});

function workerWith(migrations: Record<string, string>): WorkerConfig {
	mkdirSync(join(directory, "migrations"), { recursive: true });
	for (const [name, sql] of Object.entries(migrations)) writeFileSync(join(directory, "migrations", name), sql);
	const database = { binding: "DB", database_name: "made", preview_database_id: "made", migrations_dir: "migrations" };
	const [some] = readWorkers();
	if (!some) throw new Error("no Workers");
	writeFileSync(
		join(directory, "wrangler.json"),
		JSON.stringify({ name: "made", compatibility_date: "2026-11-01", d1_databases: [database] }),
	);
	return {
		name: "made",
		configPath: join(directory, "wrangler.json"),
		config: { ...some.config, d1_databases: [database] },
	};
}
