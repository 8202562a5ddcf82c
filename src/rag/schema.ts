/** The rag domain's contract: indexes and documents as the API takes and shows them. */
import { z } from "zod";
import { JsonValue } from "#core/json-value";
import { sized } from "#core/sized";
import { runStatuses } from "#run/run";
import { ChunkingConfig } from "./chunking/chunking-config.ts";
import { EmbeddingSettings } from "./embeddings/embedding-settings.ts";
import { VectorStoreSettings } from "./vector-stores/vector-store-settings.ts";

export const documentTypes = ["text", "pdf", "docx", "html", "markdown", "csv", "json"] as const;
/** `processing` until every chunk can be found; `failed` says why in `error`. */
export const documentStatuses = ["processing", "ready", "failed"] as const;
export type DocumentStatus = (typeof documentStatuses)[number];

/** The embedding that needs no key and no network. */
export const localModel = "local/lsa-384";
export const builtInStore = "builtin";

const Name = z.string().trim().min(1).max(200);
const Description = z.string().max(2_000);

/** Flat, or one level deep: what filters can reach. */
const Scalar = z.union([z.string().max(2_000), z.number(), z.boolean(), z.null()]);
const Field = z.union([Scalar, z.array(Scalar).max(100)]);
export const Metadata = sized(
	z.record(z.string().min(1).max(64), z.union([Field, z.record(z.string().min(1).max(64), Field)])),
	10_000,
).meta({ id: "DocumentMetadata", description: "What searches can filter by.", example: { year: 2026, team: "legal" } });
export type Metadata = z.infer<typeof Metadata>;

export const CreateIndex = z
	.object({
		name: Name,
		description: Description.optional(),
		embeddingModel: z
			.union([z.literal(localModel), EmbeddingSettings.shape.model])
			.default(localModel)
			.meta({ description: `What makes vectors of texts: \`${localModel}\` needs no key, others are called.` }),
		embedding: EmbeddingSettings.omit({ model: true })
			.optional()
			.meta({ description: "How a model is called; without a key, with the deployment's." }),
		vectorStore: z
			.union([z.literal(builtInStore), VectorStoreSettings])
			.default(builtInStore)
			.meta({ description: "What keeps the vectors: the platform, or a server of yours." }),
		chunking: ChunkingConfig.prefault({}),
		shared: z.boolean().default(false).meta({ description: "Every user may search it and read its documents." }),
	})
	.meta({ id: "CreateIndex" });
export type CreateIndex = z.infer<typeof CreateIndex>;

export const UpdateIndex = z
	.object({
		name: Name.optional(),
		description: Description.nullable().optional(),
		chunking: ChunkingConfig.optional().meta({ description: "Of documents that are processed from now on." }),
		shared: z.boolean().optional(),
	})
	.meta({ id: "UpdateIndex" });
export type UpdateIndex = z.infer<typeof UpdateIndex>;

export const RagIndex = z
	.object({
		id: z.string(),
		name: z.string(),
		description: z.string().optional(),
		embeddingModel: z.string(),
		dimensions: z.number().int(),
		vectorStore: z.string(),
		chunking: ChunkingConfig,
		shared: z.boolean(),
		documentCount: z.number().int().meta({ description: "Documents of all states." }),
		chunkCount: z.number().int(),
		rebuildId: z.string().optional().meta({ description: "The execution that is rebuilding it." }),
		createdBy: z.string(),
		createdAt: z.iso.datetime(),
		updatedAt: z.iso.datetime(),
	})
	.meta({ id: "RagIndex" });
export type RagIndex = z.infer<typeof RagIndex>;

export const RebuildIndex = CreateIndex.pick({ embedding: true })
	.extend({
		embeddingModel: z.union([z.literal(localModel), EmbeddingSettings.shape.model]).meta({
			description: "What makes its vectors then.",
			example: localModel,
		}),
		vectorStore: z
			.union([z.literal(builtInStore), VectorStoreSettings])
			.optional()
			.meta({ description: "What keeps them then; without it what keeps them now." }),
	})
	.meta({ id: "RebuildIndex" });
export type RebuildIndex = z.infer<typeof RebuildIndex>;

export const IndexStats = z
	.object({
		documents: z.object({ processing: z.number().int(), ready: z.number().int(), failed: z.number().int() }),
		chunks: z.number().int(),
		shards: z.number().int().meta({ description: "Objects that hold the index." }),
		storedBytes: z.number().int(),
		memoryBytes: z.number().int().meta({ description: "Of what a search keeps in memory, of all shards." }),
		learntFrom: z.number().int().meta({ description: "Chunks that the local embedding was learnt from." }),
	})
	.meta({ id: "RagIndexStats" });
export type IndexStats = z.infer<typeof IndexStats>;

const Source = z.object({
	indexId: z.string().min(1).max(200).meta({ description: "The index to which the document is added." }),
	name: z.string().trim().min(1).max(255).optional().meta({ description: "Its file name." }),
	metadata: Metadata.default({}),
});

function hasCredentials(url: string): boolean {
	const { username, password } = URL.parse(url) ?? {};
	return Boolean(username || password);
}

export const DocumentPassword = z.string().min(1).max(255).meta({
	description: "Of a protected PDF or Word document. It is sealed for its processing, and shown nowhere.",
	example: "correct horse battery",
});

export const maxTextLength = 1_000_000;

/** Text, or an address from which the document is fetched. */
export const AddDocument = Source.extend({
	text: z.string().min(1).max(maxTextLength).optional(),
	contentType: z.string().max(200).optional().meta({ description: "Of `text`, such as `text/markdown`." }),
	url: z
		.url({ protocol: /^https?$/ })
		.max(2_000)
		.refine((url) => !hasCredentials(url), "must have no user name and no password: whoever sees the document sees it")
		.optional()
		.meta({ description: "Fetched when the document is processed; not again once its bytes are there." }),
	password: DocumentPassword.optional(),
})
	.refine(({ text, url }) => (text === undefined) !== (url === undefined), "needs either `text` or `url`, and only one")
	.meta({ id: "AddDocument" });
export type AddDocument = z.infer<typeof AddDocument>;

export const UpdateDocument = z
	.object({ metadata: Metadata.optional(), title: z.string().trim().min(1).max(500).optional() })
	.meta({ id: "UpdateDocument" });
export type UpdateDocument = z.infer<typeof UpdateDocument>;

export const ReindexDocument = z.object({ password: DocumentPassword.optional() }).meta({ id: "ReindexDocument" });

const Failure = z.object({ code: z.string(), message: z.string() });

export const RagDocument = z
	.object({
		id: z.string(),
		indexId: z.string(),
		filename: z.string().meta({ description: "As the platform keeps it." }),
		originalName: z.string(),
		contentType: z.string().meta({ description: "Told by the content, once it is processed." }),
		type: z.enum(documentTypes).optional(),
		title: z.string().optional(),
		size: z.number().int().meta({ description: "Bytes." }),
		contentHash: z.string().meta({ description: "SHA-256 of the bytes." }),
		status: z.enum(documentStatuses),
		error: Failure.optional(),
		metadata: z.record(z.string(), JsonValue),
		sourceUrl: z.string().optional(),
		characters: z.number().int().optional(),
		pages: z.number().int().optional(),
		chunkCount: z.number().int(),
		executionId: z.string().meta({ description: "Of the newest processing." }),
		createdBy: z.string(),
		uploadedAt: z.iso.datetime(),
		updatedAt: z.iso.datetime(),
	})
	.meta({ id: "RagDocument" });
export type RagDocument = z.infer<typeof RagDocument>;

export const Chunk = z
	.object({
		id: z.string(),
		documentId: z.string(),
		text: z.string(),
		start: z.number().int().meta({ description: "In the document's text, in UTF-16 code units." }),
		end: z.number().int().meta({ description: "Excluded." }),
		page: z.number().int().optional().meta({ description: "On which it begins, from 1." }),
		pageEnd: z.number().int().optional().meta({ description: "On which it ends." }),
		parent: z.object({ start: z.number().int(), end: z.number().int() }).optional(),
	})
	.meta({ id: "RagChunk" });
export type Chunk = z.infer<typeof Chunk>;

export const DocumentContent = z
	.object({
		documentId: z.string(),
		text: z.string(),
		pages: z
			.array(z.object({ number: z.number().int(), start: z.number().int(), end: z.number().int() }))
			.optional()
			.meta({ description: "Where each page of a PDF stands in `text`." }),
		outline: z.array(z.object({ title: z.string(), level: z.number().int(), start: z.number().int() })),
	})
	.meta({ id: "DocumentContent" });
export type DocumentContent = z.infer<typeof DocumentContent>;

/** What the API shows of a run, whatever it does. */
const runFields = {
	status: z.enum(runStatuses),
	error: Failure.optional(),
	traceId: z.string(),
	startTime: z.string(),
	endTime: z.string().optional(),
	duration: z.number().optional().meta({ description: "Milliseconds." }),
	lastSeq: z.number().int().meta({ description: "Of the newest event of its stream." }),
};

/** The processing of a document. */
export const Ingestion = z
	.object({
		executionId: z.string(),
		documentId: z.string(),
		...runFields,
	})
	.meta({ id: "Ingestion" });
export type Ingestion = z.infer<typeof Ingestion>;

export const IndexRebuild = z
	.object({
		rebuildId: z.string(),
		indexId: z.string(),
		embeddingModel: z.string(),
		dimensions: z.number().int(),
		vectorStore: z.string(),
		documents: z.number().int().optional().meta({ description: "That it has then, of those with chunks." }),
		...runFields,
	})
	.meta({ id: "RagIndexRebuild" });
export type IndexRebuild = z.infer<typeof IndexRebuild>;

/** What became of the files of one upload, in their order. */
export const Upload = z
	.object({
		documents: z.array(RagDocument),
		failed: z.array(z.object({ name: z.string(), code: z.string(), message: z.string() })),
	})
	.meta({ id: "DocumentUpload" });
export type Upload = z.infer<typeof Upload>;
