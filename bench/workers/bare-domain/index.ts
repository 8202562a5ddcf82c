/** The same routes as the benchmarks' domain, and one with a body, on Hono and nothing else. */
import { Hono } from "hono";

const app = new Hono<{ Bindings: { DB: D1Database } }>();

app.get("/api/v1/workflows/no-op", (c) => c.json({ ok: true }));
app.post("/api/v1/workflows/no-op", async (c) => c.json({ ok: true, ...(await c.req.json<object>()) }));
app.get("/api/v1/workflows/row", async (c) => {
	const item = await c.env.DB.prepare("SELECT id, name FROM items WHERE id = ?").bind("itm_2").first();
	return c.json({ ok: true, item });
});

export default app;
