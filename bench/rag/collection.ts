/** A test collection: documents, queries and judgements, as they lie beside the checkout. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Judgements } from "./retrieval-measures.ts";

export interface Collection {
	name: string;
	documents: { id: string; title: string; text: string }[];
	/** Those that have a relevant document. */
	queries: { id: string; text: string }[];
	judgements: ReadonlyMap<string, Judgements>;
	/** The measures of the reference runs, by their names. */
	baselines: Record<string, { ndcg10: number; r10: number; r100: number; map: number; mrr: number }>;
}

export const dataFolder = join(import.meta.dirname, "..", "..", "..", "shared", "data");
export const collectionNames = ["ir-adi", "ir-cranfield", "rag-xquad-en"];

export function hasCollections(): boolean {
	return collectionNames.every((name) => existsSync(join(dataFolder, name, "corpus.jsonl")));
}

/** `folder` has corpus.jsonl, queries.jsonl, qrels.tsv and perhaps baseline.json. */
export function readCollection(name: string, folder = join(dataFolder, name)): Collection {
	const lines = (file: string): string[] => readFileSync(join(folder, file), "utf8").trim().split("\n");
	const judgements = new Map<string, Map<string, number>>();
	for (const line of lines("qrels.tsv").slice(1)) {
		const [query = "", document = "", grade] = line.split("\t");
		const own = judgements.get(query) ?? new Map<string, number>();
		judgements.set(query, own.set(document, Number(grade)));
	}
	const queries = lines("queries.jsonl").map((line) => JSON.parse(line) as Collection["queries"][number]);
	const baselines = join(folder, "baseline.json");
	return {
		name,
		documents: lines("corpus.jsonl").map((line) => JSON.parse(line) as Collection["documents"][number]),
		queries: queries.filter(({ id }) => [...(judgements.get(id)?.values() ?? [])].some((grade) => grade > 0)),
		judgements,
		baselines: existsSync(baselines) ? JSON.parse(readFileSync(baselines, "utf8")) : {},
	};
}

/** Of the reference runs, the best figure of each measure. */
export function bestBaseline({ baselines }: Collection): { ndcg10: number; r10: number; r100: number } {
	const best = (name: "ndcg10" | "r10" | "r100"): number =>
		Math.max(...Object.values(baselines).map((run) => run[name]));
	return { ndcg10: best("ndcg10"), r10: best("r10"), r100: best("r100") };
}
