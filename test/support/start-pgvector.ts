/** PostgreSQL with the real pgvector, in WebAssembly, over the wire protocol. */
import { PGlite } from "@electric-sql/pglite";
import { vector } from "@electric-sql/pglite-pgvector";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";
import { freePort } from "../../scripts/free-port.ts";

export interface StartedServer {
	url: string;
	close(): Promise<void>;
}

export async function startPgvector(): Promise<StartedServer> {
	const db = await PGlite.create({ extensions: { vector } });
	const port = await freePort("127.0.0.1", 0);
	const server = new PGLiteSocketServer({ db, host: "127.0.0.1", port, maxConnections: 16 });
	await server.start();
	return {
		url: `postgres://postgres:secret-password@127.0.0.1:${port}/postgres?sslmode=disable`,
		async close() {
			await server.stop();
			await db.close();
		},
	};
}
