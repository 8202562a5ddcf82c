import { expect, test } from "vitest";
import { parsePostgresUrl } from "./postgres-address.ts";
import { VectorStoreSettings } from "./vector-store-settings.ts";

const pgvector = (url: string) => ({ type: "pgvector", url });
const pinecone = { type: "pinecone", apiKey: "k" };
const vectorize = { type: "vectorize", accountId: "0123456789abcdef0123456789abcdef", apiToken: "t" };

test.for([
	pgvector("postgres://u:p@db.example.com/rag"),
	pgvector("postgresql://u@10.0.0.1:6543/rag?sslmode=disable"),
	{ type: "chroma", url: "https://api.trychroma.com/", tenant: "t-1", database: "d", apiKey: "k" },
	{ type: "weaviate", url: "http://127.0.0.1:8080" },
	{ ...pinecone, host: "rag-abc.svc.us-east-1.pinecone.io" },
	vectorize,
])("%j is taken", (settings) => {
	expect(VectorStoreSettings.parse(settings)).toMatchObject(settings);
});

test.for([
	{ type: "qdrant", url: "https://example.com" },
	{ ...pgvector("postgres://u:p@h/d"), table: "users; DROP TABLE users" },
	{ type: "chroma", url: "ftp://example.com" },
	{ type: "chroma", url: "https://example.com", tenant: "../admin" },
	{ type: "chroma", url: "https://example.com", database: "a/b" },
	{ type: "weaviate", url: "https://example.com", apiKey: "two\r\nheaders: x" },
	{ ...pinecone, host: "example.com/path" },
	{ ...pinecone, host: "user@example.com" },
	{ ...vectorize, accountId: "../../user" },
	...[
		"postgres://u:p@a.example.com,10.0.0.1/d",
		"postgres://u:p@[::1]/d",
		"postgres://u:p@%2Ftmp/d",
		"postgres://u:p@/d?host=/tmp",
		"postgres://u:p@h/d?host=10.0.0.1",
		"postgres://u:p@h/d?sslmode=prefer",
		"postgres://u:p@h/d?options=-c%20session_authorization=root",
		"postgres://u:p@h",
		"postgres://h/d",
		"postgres://u%00:p@h/d",
		"postgres://u:%E0%A4%A@h/d",
		"mysql://u:p@h/d",
		"postgres",
	].map(pgvector),
])("%j is not", (settings) => {
	expect(VectorStoreSettings.safeParse(settings).success).toBe(false);
});

test("a PostgreSQL URL is taken apart", () => {
	expect(parsePostgresUrl("postgres://us%40er:p%2F%3Aw@db.example.com/a%20b")).toEqual({
		...{ host: "db.example.com", port: 5432, user: "us@er", password: "p/:w", database: "a b" },
		tls: true,
	});
});
