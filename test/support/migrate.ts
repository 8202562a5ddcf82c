/** Gives the tests of a Worker its database as the migrations leave it: empty, whatever others have put there. */
import { applyD1Migrations, type D1Migration } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { inject } from "vitest";

declare module "vitest" {
	interface ProvidedContext {
		migrations: D1Migration[];
	}
}

await applyD1Migrations(env.DB, inject("migrations"));
await empty(env.DB);

async function empty(db: D1Database): Promise<void> {
	const isOurs = "type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '_cf_%' AND name <> 'd1_migrations'";
	const { results } = await db.prepare(`SELECT name FROM sqlite_master WHERE ${isOurs}`).all<{ name: string }>();
	const deletions = results.map(({ name }) => db.prepare(`DELETE FROM "${name}"`));
	if (deletions.length > 0) await db.batch(deletions);
}
