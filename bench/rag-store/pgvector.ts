/** PostgreSQL with pgvector's HNSW index, over its own protocol, with a prepared statement. */
import postgres from "postgres";
import type { Contender } from "./contender.ts";
import { timed } from "./our-store.ts";
import { dimensions, queryOf, vectorsOf } from "./vectors.ts";

const url = process.env["BENCH_POSTGRES_URL"] ?? "postgres://postgres@127.0.0.1:5432/test";
const table = "bench_rag_store";
const atOnce = 1_000;
/** What a search gives back, as ours does. */
const chunkColumns = [
	"id",
	"document_id",
	"owner_id",
	"shared",
	"title",
	"text",
	"metadata",
	"start_at",
	"end_at",
	"page",
];

/** Rejects with what is missing. */
export async function startPgvector(): Promise<Contender> {
	const sql = postgres(url, { max: 1, onnotice: () => {} });
	try {
		await sql.unsafe("CREATE EXTENSION IF NOT EXISTS vector");
		await sql.unsafe("SET maintenance_work_mem = '1GB'");
	} catch (error) {
		await sql.end();
		throw new Error(`no pgvector at ${new URL(url).host}`, { cause: error });
	}
	const statement = `SELECT ${chunkColumns.join()}, 1 - (vector <=> $1) AS score FROM ${table} ORDER BY vector <=> $1 LIMIT 10`;
	return {
		name: "pgvector",
		async build(size) {
			await sql.unsafe(`DROP TABLE IF EXISTS ${table}`);
			await sql.unsafe(`CREATE TABLE ${table} (
				id text PRIMARY KEY, document_id text DEFAULT 'doc_1', owner_id text DEFAULT 'usr_bench', shared boolean DEFAULT false,
				title text DEFAULT '', text text DEFAULT '', metadata jsonb DEFAULT '{}', start_at int DEFAULT 0, end_at int DEFAULT 0,
				page int, vector vector(${dimensions})
			)`);
			let loading = 0;
			for (let from = 0; from < size; from += atOnce) {
				const rows = copyRows(from, vectorsOf(from, atOnce));
				loading += await timed(() => copy(rows));
			}
			const indexing = await timed(() => sql.unsafe(`CREATE INDEX ON ${table} USING hnsw (vector vector_cosine_ops)`));
			await sql.unsafe(`ANALYZE ${table}`);
			const seconds = (loading + indexing) / 1_000;
			return {
				seconds,
				measured: `COPY ${(loading / 1_000).toFixed(1)} s, CREATE INDEX ${(indexing / 1_000).toFixed(1)} s`,
			};
		},
		async search(query) {
			const rows = await sql.unsafe<{ id: string }[]>(statement, [literal(queryOf(query))], { prepare: true });
			return rows.map(({ id }) => id);
		},
		async times(searches) {
			const literals = Array.from({ length: searches }, (_, i) => literal(queryOf(i)));
			const times: number[] = [];
			for (const one of literals) times.push(await timed(() => sql.unsafe(statement, [one], { prepare: true })));
			return times;
		},
		effort: {
			usual: 40,
			async set(candidates) {
				await sql.unsafe(`SET hnsw.ef_search = ${candidates}`);
			},
		},
		async stop() {
			await sql.unsafe(`DROP TABLE IF EXISTS ${table}`);
			await sql.end();
		},
	};

	async function copy(rows: Buffer): Promise<void> {
		const stream = await sql.unsafe(`COPY ${table} (id, vector) FROM STDIN (FORMAT binary)`).writable();
		await new Promise<void>((resolve, reject) => {
			stream.once("finish", resolve).once("error", reject);
			stream.end(rows);
		});
	}
}

/** In PostgreSQL's binary format, in which a vector is its dimensions, a 0 and its components. */
function copyRows(from: number, vectors: Float32Array[]): Buffer {
	const rows = vectors.map((vector, i) => {
		const id = String(from + i);
		const row = Buffer.alloc(2 + 4 + id.length + 4 + 4 + vector.length * 4);
		let at = row.writeInt16BE(2);
		at = row.writeInt32BE(id.length, at);
		at += row.write(id, at);
		at = row.writeInt32BE(4 + vector.length * 4, at);
		at = row.writeInt16BE(vector.length, at) + 2;
		for (const value of vector) at = row.writeFloatBE(value, at);
		return row;
	});
	const header = Buffer.concat([Buffer.from("PGCOPY\n\xff\r\n\0", "latin1"), Buffer.alloc(8)]);
	return Buffer.concat([header, ...rows, Buffer.from([0xff, 0xff])]);
}

function literal(vector: Float32Array): string {
	return `[${vector.join()}]`;
}
