/**
 * Doors to the product's vector store. The vectors are made here, from a seed, so that nothing is measured but their
 * encoding and the calls of the object.
 */
import { batchOf } from "#rag/vector-index/chunk-batch";
import { VectorIndex } from "#rag/vector-index-object";
import { queryOf, vectorsOf } from "../vectors.ts";

/** It can ask itself, and lose its memory, as an object that the platform has put elsewhere. */
export class MeasuredIndex extends VectorIndex {
	async searches(from: number, count: number): Promise<void> {
		for (let i = from; i < from + count; i++) await this.search(questionOf(i));
	}

	crash(): void {
		this.ctx.abort("The benchmark wants a cold start.");
	}
}

interface Env {
	INDEX: DurableObjectNamespace<MeasuredIndex>;
}

const access = { userId: "usr_bench", isAdmin: false };
const limit = 10;
const queries: Float32Array[] = [];
let made: Parameters<typeof batchOf>[] = [];

export default {
	async fetch(request, { INDEX }) {
		const { pathname, searchParams } = new URL(request.url);
		const number = (name: string) => Number(searchParams.get(name));
		const index = INDEX.getByName(`size-${number("size")}`);
		switch (pathname) {
			case "/make":
				made = batches(number("from"), number("batches"), number("count"));
				return Response.json({ made: made.length });
			case "/upsert":
				for (const batch of made) await index.upsert(batchOf(...batch));
				return Response.json({ written: made.length });
			case "/search": {
				const hits = await index.search(questionOf(number("query")));
				return Response.json({ ids: hits.map(({ chunk }) => chunk.id) });
			}
			case "/searches": {
				const [from, count] = [number("query"), number("count")];
				for (let i = from; i < from + count; i++) await index.search(questionOf(i));
				return Response.json({ searched: count });
			}
			case "/searches-inside":
				await index.searches(number("query"), number("count"));
				return Response.json({ searched: number("count") });
			case "/stats":
				return Response.json(await index.stats());
			case "/crash":
				await index.crash().catch(() => {});
				return Response.json({ crashed: true });
			default:
				return new Response(null, { status: 404 });
		}
	},
} satisfies ExportedHandler<Env>;

function batches(from: number, most: number, count: number): typeof made {
	return Array.from({ length: most }, (_, i) => batch(from + i * count, count));
}

function batch(from: number, count: number): Parameters<typeof batchOf> {
	const vectors = vectorsOf(from, count);
	const chunks = vectors.map((_, i) => ({
		id: String(from + i),
		documentId: `doc_${Math.floor((from + i) / 10)}`,
		ownerId: access.userId,
		shared: false,
		title: "",
		text: "",
		metadata: {},
		start: 0,
		end: 0,
	}));
	return [chunks, vectors];
}

function questionOf(n: number) {
	return { mode: "vector" as const, vector: (queries[n] ??= queryOf(n)), limit, access };
}
