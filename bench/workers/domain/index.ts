/** A domain made the way the product makes its domains, with a route that does nothing and one that reads a row. */
import { eq } from "drizzle-orm";
import { drizzle, type DrizzleD1Database } from "drizzle-orm/d1";
import { sqliteTable, text } from "drizzle-orm/sqlite-core";
import { z } from "zod";
import { madeOnce } from "#core/made-once";
import { type SpanQueue, spanQueueSink } from "#core/span-queue";
import { type Domain, newApp } from "#http/app";
import { jsonAnswer } from "#http/json-content";
import { defineRoute } from "#http/route";

interface Env {
	DB: D1Database;
	TELEMETRY: SpanQueue;
}

const openDb = madeOnce((database: D1Database) => drizzle(database));

const domain: Domain<Env, { db: DrizzleD1Database }> = {
	service: "bench",
	spans: (env, background) => spanQueueSink("bench", env.TELEMETRY, background),
	context: (env, scope) => Object.assign(scope, { db: openDb(env.DB) }),
	probes: (env) => ({ database: () => env.DB.prepare("SELECT 1").run() }),
};

const items = sqliteTable("items", { id: text().notNull(), name: text().notNull() });
const Item = z.object({ id: z.string(), name: z.string() });

const noOp = defineRoute({
	method: "get",
	path: "/api/v1/workflows/no-op",
	policy: "read",
	responses: { 200: jsonAnswer("Nothing was done.", z.object({ ok: z.boolean() })) },
});

const row = defineRoute({
	method: "get",
	path: "/api/v1/workflows/row",
	policy: "read",
	responses: { 200: jsonAnswer("A row.", z.object({ ok: z.boolean(), item: Item.optional() })) },
});

const app = newApp(domain);

app.openapi(noOp, (c) => c.json({ ok: true }, 200));
app.openapi(row, async (c) => {
	const item = await c.var.context.db.select().from(items).where(eq(items.id, "itm_2")).get();
	return c.json({ ok: true, item }, 200);
});

export default app;
