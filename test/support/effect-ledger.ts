/**
 * What steps have done outside, as seen from there: a server that keeps each request, and each effect once for its key,
 * in PostgreSQL, which no kill of the runtime touches.
 */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import postgres from "postgres";

export interface EffectLedger {
	/** Takes `POST`s whose body names the step. */
	url: string;
	/** How often each step was asked for. */
	attempts(): Promise<Map<string, number>>;
	/** The keys under which each step was done. */
	effects(): Promise<Map<string, string[]>>;
	close(): Promise<void>;
}

const connection = { host: "127.0.0.1", port: 5432, user: "postgres", database: "test", onnotice: () => {} };

/** Undefined where there is no PostgreSQL; throws there if there has to be one. */
export async function openEffectLedger(answerMs: number): Promise<EffectLedger | undefined> {
	const sql = postgres({ ...connection, connect_timeout: 3, max: 8 });
	const schema = `ledger_${randomUUID().replaceAll("-", "")}`;
	try {
		await sql`CREATE SCHEMA ${sql(schema)}`;
	} catch (error) {
		await sql.end();
		if (process.env.REQUIRE_SERVERS === "1") throw error;
		return undefined;
	}
	await sql`CREATE TABLE ${sql(schema)}.requests (step text NOT NULL, key text NOT NULL)`;
	await sql`CREATE TABLE ${sql(schema)}.effects (key text PRIMARY KEY, step text NOT NULL)`;
	const server = createServer((request, response) => {
		void record().then(
			() => setTimeout(() => response.end("done"), answerMs),
			(error: unknown) => response.writeHead(500).end(String(error)),
		);

		async function record(): Promise<void> {
			const step = await text(request);
			const key = String(request.headers["idempotency-key"]);
			await sql`INSERT INTO ${sql(schema)}.requests VALUES (${step}, ${key})`;
			await sql`INSERT INTO ${sql(schema)}.effects VALUES (${key}, ${step}) ON CONFLICT DO NOTHING`;
		}
	});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}/effects`,
		async attempts() {
			const rows = await sql<{ step: string; count: number }[]>`
				SELECT step, count(*)::int AS count FROM ${sql(schema)}.requests GROUP BY step`;
			return new Map(rows.map(({ step, count }) => [step, count]));
		},
		async effects() {
			const rows = await sql<{ step: string; keys: string[] }[]>`
				SELECT step, array_agg(key) AS keys FROM ${sql(schema)}.effects GROUP BY step`;
			return new Map(rows.map(({ step, keys }) => [step, keys]));
		},
		async close() {
			server.closeAllConnections();
			server.close();
			await sql`DROP SCHEMA ${sql(schema)} CASCADE`;
			await sql.end();
		},
	};
}
