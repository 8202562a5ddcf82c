/** The rag Worker: documents, the indexes that find them, and answers from them. */
import { newApp } from "#http/app";
import { finishDeletions } from "#rag/finish-deletions";
import { mountCloseSockets } from "./close-sockets.ts";
import { bindingsOf, domain } from "./context.ts";
import { mountAddDocument } from "./routes/add-document.ts";
import { mountAsk } from "./routes/ask.ts";
import { mountCancelExecution } from "./routes/cancel-execution.ts";
import { mountCancelRebuild } from "./routes/cancel-rebuild.ts";
import { mountCreateIndex } from "./routes/create-index.ts";
import { mountDeleteDocument } from "./routes/delete-document.ts";
import { mountDeleteIndex } from "./routes/delete-index.ts";
import { mountGetDocumentContent } from "./routes/get-document-content.ts";
import { mountGetDocumentOriginal } from "./routes/get-document-original.ts";
import { mountGetDocument } from "./routes/get-document.ts";
import { mountGetExecution } from "./routes/get-execution.ts";
import { mountGetIndexStats } from "./routes/get-index-stats.ts";
import { mountGetIndex } from "./routes/get-index.ts";
import { mountGetRebuild } from "./routes/get-rebuild.ts";
import { mountListChunks } from "./routes/list-chunks.ts";
import { mountListDocuments } from "./routes/list-documents.ts";
import { mountListIndexes } from "./routes/list-indexes.ts";
import { mountRebuildIndex } from "./routes/rebuild-index.ts";
import { mountReindexDocument } from "./routes/reindex-document.ts";
import { mountSearch } from "./routes/search.ts";
import { mountStreamExecution } from "./routes/stream-execution.ts";
import { mountStreamRebuild } from "./routes/stream-rebuild.ts";
import { mountUpdateDocument } from "./routes/update-document.ts";
import { mountUpdateIndex } from "./routes/update-index.ts";
import { mountUploadDocuments } from "./routes/upload-documents.ts";

export { RunKeys } from "#run/run-keys-object";
export { Ingestions } from "#rag/ingestions-object";
export { LearningIndex } from "#rag/learning-index-object";
export { Rebuilds } from "#rag/rebuilds-object";
export { RagEntrypoint } from "./rag-entrypoint.ts";

const app = newApp(domain);

// Fixed paths before `/api/v1/indexes/{indexId}` and `/api/v1/documents/{documentId}`.
for (const mount of [
	mountListIndexes,
	mountCreateIndex,
	mountGetRebuild,
	mountStreamRebuild,
	mountCancelRebuild,
	mountGetIndex,
	mountUpdateIndex,
	mountDeleteIndex,
	mountGetIndexStats,
	mountRebuildIndex,
	mountListDocuments,
	mountAddDocument,
	mountUploadDocuments,
	mountGetExecution,
	mountStreamExecution,
	mountCancelExecution,
	mountGetDocument,
	mountUpdateDocument,
	mountDeleteDocument,
	mountGetDocumentContent,
	mountGetDocumentOriginal,
	mountListChunks,
	mountReindexDocument,
	mountSearch,
	mountAsk,
]) {
	mount(app);
}
mountCloseSockets(app);

export default {
	fetch: app.fetch,
	async scheduled(_event, env) {
		await finishDeletions(bindingsOf(env));
	},
} satisfies ExportedHandler<RagEnv>;
