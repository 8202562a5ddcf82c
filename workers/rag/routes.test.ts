import { describe } from "vitest";
import { testRoutes } from "../../test/support/route-matrix.ts";
import { newDocument, newIndex, newRebuild } from "./testing.ts";

describe("every route of the rag Worker", async () => {
	await testRoutes({
		async objects(owner) {
			const { id: indexId } = await newIndex(owner);
			const { id: documentId, executionId } = await newDocument(owner, indexId, `A note on ${crypto.randomUUID()}.`);
			const { rebuildId } = await newRebuild(owner, (await newIndex(owner)).id);
			return { indexId, documentId, executionId, rebuildId };
		},
		bodies: {
			"POST /api/v1/indexes": { name: "Contracts", description: "All of them." },
			"PATCH /api/v1/indexes/{indexId}": { description: "Some of them." },
			"POST /api/v1/indexes/{indexId}/rebuild": { embeddingModel: "local/lsa-384" },
			"POST /api/v1/documents": { indexId: "idx_none", text: "A note.", metadata: { year: 2026 } },
			"PATCH /api/v1/documents/{documentId}": { metadata: { year: 2026 } },
			"POST /api/v1/documents/{documentId}/reindex": { password: "correct horse battery" },
			"POST /api/v1/search": { query: "note", limit: 5 },
			"POST /api/v1/qa": { question: "What is noted?" },
		},
		answers: {
			// The index of the body is nobody's.
			"POST /api/v1/documents": 404,
			"POST /api/v1/documents/upload": 422,
		},
	});
});
