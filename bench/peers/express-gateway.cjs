/**
 * The gateway that the specification draws (§4.1): its middlewares in its order, its session row read from PostgreSQL
 * on each request, its limit in Redis, its proxy. `telemetry.cjs` is loaded before it, or is not.
 *
 * Started by `bench/express-peer.ts`, which hears of the port or of what is missing, and goes on until it is let go.
 */
const { createServer } = require("node:http");
const compression = require("compression");
const cors = require("cors");
const express = require("express");
const { rateLimit } = require("express-rate-limit");
const helmet = require("helmet");
const { createProxyMiddleware } = require("http-proxy-middleware");
const { Redis } = require("ioredis");
const jwt = require("jsonwebtoken");
const { Pool } = require("pg");
const pino = require("pino");
const { pinoHttp } = require("pino-http");
const { RedisStore } = require("rate-limit-redis");

const { UPSTREAM_URL, JWT_SECRET, TOKEN, POSTGRES_URL, REDIS_URL } = process.env;
const name = `agentic_edge_bench_${process.pid}`;
const pool = new Pool({ connectionString: POSTGRES_URL });
const redis = new Redis(REDIS_URL, { maxRetriesPerRequest: 1 });
redis.on("error", () => {});

start().catch((error) => {
	process.send({ missing: error.message || String(error.errors?.[0] ?? error) });
	process.disconnect();
});
process.once("disconnect", () => void stop());

async function start() {
	await redis.ping();
	await pool.query(`
		CREATE SCHEMA ${name};
		CREATE TABLE ${name}.users (id text PRIMARY KEY, email text NOT NULL, role text NOT NULL);
		CREATE TABLE ${name}.sessions (
			id text PRIMARY KEY, user_id text NOT NULL REFERENCES ${name}.users,
			token text NOT NULL UNIQUE, expires_at timestamptz NOT NULL
		);
		INSERT INTO ${name}.users VALUES ('usr_1', 'admin@localhost.test', 'admin');
	`);
	const session = `INSERT INTO ${name}.sessions VALUES ('ses_1', 'usr_1', $1, now() + interval '1 day')`;
	await pool.query(session, [TOKEN]);
	const server = createServer(gateway());
	server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
}

async function stop() {
	await pool.query(`DROP SCHEMA IF EXISTS ${name} CASCADE`).catch(() => {});
	const keys = await redis.keys(`${name}:*`).catch(() => []);
	if (keys.length > 0) await redis.del(keys).catch(() => {});
	process.exit();
}

function gateway() {
	const app = express();
	app.use(helmet());
	app.use(cors({ origin: ["http://localhost:3000"], credentials: true }));
	app.use(
		rateLimit({
			windowMs: 15 * 60 * 1000,
			max: 1_000_000_000,
			standardHeaders: true,
			legacyHeaders: false,
			store: new RedisStore({ prefix: `${name}:`, sendCommand: (command, ...args) => redis.call(command, ...args) }),
		}),
	);
	app.use(compression());
	app.use(express.json({ limit: "10mb" }));
	app.use(express.urlencoded({ extended: true, limit: "10mb" }));
	// Its `requestLogger`: the fastest of the usual ones, with a sink that takes no time.
	app.use(pinoHttp({ logger: pino(pino.destination("/dev/null")) }));
	// oxlint-disable-next-line oxc/no-async-endpoint-handlers -- Express 5 awaits its handlers
	app.use("/api", authenticate);
	app.use(
		"/api/workflow-engine",
		createProxyMiddleware({
			target: UPSTREAM_URL,
			changeOrigin: true,
			pathRewrite: { "^/": "/api/" },
			on: {
				proxyReq(proxyRequest, request) {
					proxyRequest.setHeader("X-User-ID", request.user.id);
					proxyRequest.setHeader("X-User-Role", request.user.role);
				},
			},
		}),
	);
	return app;
}

async function authenticate(request, response, next) {
	try {
		const token = request.headers.authorization?.replace("Bearer ", "");
		if (!token) return response.status(401).json({ error: "Authentication required" });
		jwt.verify(token, JWT_SECRET);
		const { rows } = await pool.query(
			`SELECT s.expires_at, u.id, u.email, u.role FROM ${name}.sessions s JOIN ${name}.users u ON u.id = s.user_id
			WHERE s.token = $1`,
			[token],
		);
		const [session] = rows;
		if (!session || session.expires_at < new Date())
			return response.status(401).json({ error: "Invalid or expired token" });
		request.user = { id: session.id, email: session.email, role: session.role };
		next();
	} catch {
		response.status(401).json({ error: "Invalid token" });
	}
}
