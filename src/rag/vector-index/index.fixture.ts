/** Fresh indexes for tests, chunks to put into them, and who asks. */
import { env } from "cloudflare:workers";
import { newToken } from "#core/ids";
import type { Access, IndexedChunk } from "./chunk.ts";
import { batchOf } from "./chunk-batch.ts";

export interface ChunkWithVector extends IndexedChunk {
	vector: Float32Array | number[];
}

export const ada: Access = { userId: "usr_ada", isAdmin: false };
export const bob: Access = { userId: "usr_bob", isAdmin: false };
export const admin: Access = { userId: "usr_admin", isAdmin: true };

export function newIndex() {
	return env.VECTOR_INDEX.getByName(newToken());
}

/** One of Ada's, unless told otherwise. */
export function chunkOf(id: string, rest: Partial<ChunkWithVector> = {}): ChunkWithVector {
	return {
		id,
		documentId: "doc_1",
		ownerId: ada.userId,
		shared: false,
		title: "",
		text: "",
		metadata: {},
		start: 0,
		end: 0,
		vector: [1, 0],
		...rest,
	};
}

export async function put(index: ReturnType<typeof newIndex>, chunks: ChunkWithVector[]): Promise<void> {
	const vectors = chunks.map(({ vector }) => vector);
	await index.upsert(batchOf(chunks, vectors));
}

export function idsOf(hits: { chunk: { id: string } }[]): string[] {
	return hits.map(({ chunk }) => chunk.id);
}
