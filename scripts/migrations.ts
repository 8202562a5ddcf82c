/**
 * Applies the D1 migrations of all Workers to local state. The bookkeeping is Wrangler's (`d1_migrations`), so that
 * `wrangler d1 migrations` and this agree about what has been applied.
 */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { Miniflare, convertV4MiniflareOptions } from "miniflare";
import { unstable_splitSqlQuery } from "wrangler";
import { localDatabaseId, localRuntime } from "./local-runtime.ts";
import { SetupError } from "./setup-error.ts";
import type { WorkerConfig } from "./workers.ts";

type D1 = Awaited<ReturnType<Miniflare["getD1Database"]>>;

interface Database {
	id: string;
	/** Paths, in the order of their numbers. */
	migrations: { name: string; path: string }[];
}

/** Resolves with what was applied now, as `<database>/<file>`. */
export async function applyMigrations(workers: WorkerConfig[], stateDir: string): Promise<string[]> {
	const databases = workers.flatMap(databasesOf);
	const miniflare = new Miniflare(
		convertV4MiniflareOptions({
			...localRuntime(stateDir),
			modules: true,
			script: "export default {}",
			compatibilityDate: "2026-11-01",
			d1Databases: Object.fromEntries(databases.map(({ id }) => [id, id])),
		}),
	);
	try {
		const applied: string[] = [];
		for (const { id, migrations } of databases) {
			const d1 = await miniflare.getD1Database(id);
			const known = await appliedNames(d1);
			for (const { name, path } of migrations.filter((migration) => !known.has(migration.name))) {
				await apply(d1, name, readFileSync(path, "utf8"));
				applied.push(`${id}/${name}`);
			}
		}
		return applied;
	} finally {
		await miniflare.dispose();
	}
}

function databasesOf({ config, configPath }: WorkerConfig): Database[] {
	return config.d1_databases.map((database) => {
		const directory = join(dirname(configPath), database.migrations_dir ?? "migrations");
		const names = existsSync(directory) ? readdirSync(directory).filter((name) => name.endsWith(".sql")) : [];
		return {
			id: localDatabaseId(database),
			migrations: names.toSorted().map((name) => ({ name, path: join(directory, name) })),
		};
	});
}

async function appliedNames(d1: D1): Promise<Set<string>> {
	await d1.exec(
		"CREATE TABLE IF NOT EXISTS d1_migrations (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)",
	);
	const { results } = await d1.prepare("SELECT name FROM d1_migrations").all<{ name: string }>();
	return new Set(results.map(({ name }) => name));
}

/** A batch is one transaction: a migration and the note of it, or neither. */
async function apply(d1: D1, name: string, sql: string): Promise<void> {
	const noted = `${sql}\nINSERT INTO d1_migrations (name) VALUES ('${name.replaceAll("'", "''")}');`;
	try {
		await d1.batch(unstable_splitSqlQuery(noted).map((statement) => d1.prepare(statement)));
	} catch (error) {
		throw new SetupError(`Migration ${name} failed: ${error instanceof Error ? error.message : String(error)}`);
	}
}
