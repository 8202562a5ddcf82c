/** Where the vectors of an index are kept, as its owner says. Addresses are checked when they are called. */
import { z } from "zod";
import { parsePostgresUrl } from "./postgres-address.ts";

/** What fits into a header. */
const key = z
	.string()
	.regex(/^[\x21-\x7e]{1,512}$/, "must be printable ASCII without spaces")
	.meta({ description: "Written once, never returned." });
const webAddress = z.url({ protocol: /^https?$/, error: "must be an http or https address" }).max(2_000);
const pathSegment = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, "must be letters, digits, dots and dashes");
const hostName = z.string().regex(/^[A-Za-z0-9.-]{1,253}$/, "must be the host of the index");

const Pgvector = z.strictObject({
	type: z.literal("pgvector"),
	url: z
		.string()
		.max(2_000)
		.refine((url) => parsePostgresUrl(url) !== undefined, "must be postgres://user:password@host:port/database")
		.meta({ description: "With TLS unless it ends in `?sslmode=disable`. pgvector 0.8 or later." }),
});

const Chroma = z.strictObject({
	type: z.literal("chroma"),
	url: webAddress,
	tenant: pathSegment.default("default_tenant"),
	database: pathSegment.default("default_database"),
	apiKey: key.optional(),
});

const Weaviate = z.strictObject({
	type: z.literal("weaviate"),
	url: webAddress.meta({ description: "Of Weaviate 1.33 or later with its GraphQL API on." }),
	apiKey: key.optional(),
});

const Pinecone = z.strictObject({
	type: z.literal("pinecone"),
	host: z.union([hostName, webAddress]).meta({
		description: "Of a vector index with the metric cosine or dotproduct; each index of ours is a namespace.",
	}),
	apiKey: key,
});

const Vectorize = z.strictObject({
	type: z.literal("vectorize"),
	accountId: z.string().regex(/^[0-9a-f]{32}$/, "must be 32 hexadecimal digits"),
	apiToken: key.meta({ description: "With the permission Vectorize Write." }),
});

export const VectorStoreSettings = z.discriminatedUnion("type", [Pgvector, Chroma, Weaviate, Pinecone, Vectorize]);
export type VectorStoreSettings = z.infer<typeof VectorStoreSettings>;
export type SettingsOf<Type extends VectorStoreSettings["type"]> = Extract<VectorStoreSettings, { type: Type }>;
