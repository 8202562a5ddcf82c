/** A gateway that checks the token's signature, passes the request on, and does nothing else. */
import { Hono } from "hono";
import { jwtVerify } from "jose";

interface Env {
	JWT_SECRET: string;
	DOMAIN: Fetcher;
}

let key: CryptoKey | undefined;

const app = new Hono<{ Bindings: Env }>();

app.use(async (c, next) => {
	const token = c.req.header("authorization")?.slice("Bearer ".length) ?? "";
	try {
		await jwtVerify(token, (key ??= await keyOf(c.env.JWT_SECRET)), { algorithms: ["HS256"] });
	} catch {
		return c.json({ error: "Invalid token" }, 401);
	}
	await next();
	return;
});
app.all("/api/*", (c) => c.env.DOMAIN.fetch(c.req.raw));

export default app;

async function keyOf(secret: string): Promise<CryptoKey> {
	const bytes = new TextEncoder().encode(secret);
	return await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
}
