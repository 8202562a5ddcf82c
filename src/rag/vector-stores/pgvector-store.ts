/**
 * PostgreSQL with pgvector 0.8 or later: a table for each index of ours, with an HNSW index that is read on until enough
 * of what is found passes the conditions (pgvector's README, "Iterative Index Scans").
 */
import { wordsOnce } from "./facets.ts";
import { arrayLiteral, whereClause } from "./pgvector-where.ts";
import { parsePostgresUrl } from "./postgres-address.ts";
import { postgresConnection } from "./postgres-connection.ts";
import type { AdaptedIndex, StoreAdapter } from "./store-adapter.ts";
import type { StoreSurroundings } from "./store-surroundings.ts";
import type { SettingsOf } from "./vector-store-settings.ts";

/** pgvector's limit for an index of this type; without one a search compares with every vector. */
const mostIndexedDimensions = 2_000;
/** In one statement: some 6 MB of text at 1,536 dimensions. */
const mostRows = 200;
/** How many candidates a scan keeps, 1,000 at most, and how far it may go on. */
const fewestCandidates = 100;
const mostCandidates = 1_000;
const noEnd = 2_147_483_647;

export function pgvectorStore(
	settings: SettingsOf<"pgvector">,
	{ name, dimensions }: AdaptedIndex,
	surroundings: StoreSurroundings,
): StoreAdapter {
	const connection = postgresConnection(parsePostgresUrl(settings.url)!, surroundings);
	const table = `"${name}"`;
	return {
		async prepare() {
			await connection.run(async (query) => {
				await query("CREATE EXTENSION IF NOT EXISTS vector");
				await query(`CREATE TABLE IF NOT EXISTS ${table} (id text PRIMARY KEY, reader text NOT NULL,
					words text[] NOT NULL, vector vector(${dimensions}) NOT NULL)`);
				await query(`CREATE INDEX IF NOT EXISTS "${name}_reader" ON ${table} (reader)`);
				await query(`CREATE INDEX IF NOT EXISTS "${name}_words" ON ${table} USING gin (words)`);
				if (dimensions > mostIndexedDimensions) return;
				await query(`CREATE INDEX IF NOT EXISTS "${name}_vector" ON ${table} USING hnsw (vector vector_cosine_ops)`);
			});
		},
		async upsert(vectors) {
			const wordsOf = wordsOnce();
			await connection.run(async (query) => {
				for (let from = 0; from < vectors.length; from += mostRows) {
					const rows = vectors.slice(from, from + mostRows).map(({ unit, metadata, ...row }) => ({
						...row,
						words: wordsOf(metadata),
						vector: literal(unit),
					}));
					await query(
						`INSERT INTO ${table} (id, reader, words, vector) SELECT id, reader, words, vector::vector
						FROM jsonb_to_recordset($1::text::jsonb) AS row (id text, reader text, words text[], vector text)
						ON CONFLICT (id) DO UPDATE
							SET reader = excluded.reader, words = excluded.words, vector = excluded.vector`,
						[JSON.stringify(rows)],
					);
				}
			});
		},
		async remove(ids) {
			await connection.find((query) => query(`DELETE FROM ${table} WHERE id = ANY ($1::text[])`, [arrayLiteral(ids)]));
		},
		async nearest({ unit, limit, readers, filter }) {
			const values = [literal(unit), String(limit)];
			const where = whereClause(readers, filter, values);
			const candidates = Math.min(Math.max(limit, fewestCandidates), mostCandidates);
			const rows = await connection.find(async (query) => {
				// Sent together. Nothing to commit: the connection ends.
				const [, , found] = await Promise.all([
					query("BEGIN READ ONLY"),
					query(
						`SELECT set_config('hnsw.iterative_scan', 'strict_order', true),
							set_config('hnsw.max_scan_tuples', $1, true), set_config('hnsw.ef_search', $2, true)`,
						[String(noEnd), String(candidates)],
					),
					query<{ id: string; score: number }>(
						`SELECT id, 1 - (vector <=> $1::vector) AS score FROM ${table} ${where}
						ORDER BY vector <=> $1::vector LIMIT $2`,
						values,
					),
				]);
				return found;
			});
			return rows ?? [];
		},
		async vectors(ids) {
			const rows = await connection.find((query) =>
				query<{ id: string; vector: string }>(
					`SELECT id, vector::text AS vector FROM ${table} WHERE id = ANY ($1::text[])`,
					[arrayLiteral(ids)],
				),
			);
			return (rows ?? []).map(({ id, vector }) => ({ id, values: JSON.parse(vector) as number[] }));
		},
		async erase() {
			await connection.run((query) => query(`DROP TABLE IF EXISTS ${table}`));
		},
	};
}

function literal(vector: Float32Array): string {
	return `[${vector.join()}]`;
}
