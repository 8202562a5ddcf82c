/** trec_eval's own runs and figures lie beside the checkout. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { dataFolder } from "./collection.ts";
import { mean, measure, type Measures } from "./retrieval-measures.ts";

const folder = join(dataFolder, "ir-metrics");
const there = existsSync(folder);
if (!there) console.warn(`trec_eval's figures are not there (${folder}); measures are tested by hand-made cases only.`);

const theirNames: Record<keyof Measures, string> = {
	ndcg10: "ndcg_cut_10",
	recall10: "recall_10",
	recall100: "recall_100",
	map: "map",
	mrr: "recip_rank",
	p10: "P_10",
};

describe.skipIf(!there)("trec_eval's test run", () => {
	const measured = there ? evaluateRun("qrels.test") : new Map<string, Measures>();
	const expected = there ? readFigures("out.test.aq") : new Map<string, Record<string, string>>();

	it.each(["301", "302", "303", "all"])("%s has trec_eval's figures", (query) => {
		const ours = query === "all" ? mean([...measured.values()]) : measured.get(query)!;
		const figures = expected.get(query)!;
		for (const [name, theirs] of Object.entries(theirNames)) {
			expect([name, ours[name as keyof Measures].toFixed(4)]).toEqual([name, figures[theirs]]);
		}
	});

	it("has its gain with grades, too", () => {
		const graded = mean([...evaluateRun("qrels.rel_level").values()]);
		expect(graded.ndcg10.toFixed(4)).toBe(readFigures("out.test.aql").get("all")!["ndcg_cut_10"]);
	});
});

it("measures by hand", () => {
	const judgements = new Map([
		["a", 3],
		["b", 1],
		["c", 0],
		["d", -1],
	]);
	const found = measure(["c", "b", "d", "a"], judgements);
	expect(found.ndcg10).toBeCloseTo((1 / Math.log2(3) + 3 / Math.log2(5)) / (3 + 1 / Math.log2(3)), 10);
	expect(found).toMatchObject({ recall10: 1, recall100: 1, map: (1 / 2 + 2 / 4) / 2, mrr: 0.5, p10: 0.2 });
	expect(measure([], judgements)).toEqual({ ndcg10: 0, recall10: 0, recall100: 0, map: 0, mrr: 0, p10: 0 });
});

/** By query. */
function evaluateRun(judgementsFile: string): Map<string, Measures> {
	const judgements = new Map<string, Map<string, number>>();
	for (const [query = "", , document = "", grade] of readRows(judgementsFile)) {
		judgements.set(query, (judgements.get(query) ?? new Map<string, number>()).set(document, Number(grade)));
	}
	const run = Map.groupBy(readRows("results.test"), ([query]) => query!);
	return new Map(
		[...run].map(([query, rows]) => {
			const ranked = rows.toSorted((a, b) => Number(b[4]) - Number(a[4]) || (a[2]! < b[2]! ? 1 : -1));
			return [
				query,
				measure(
					ranked.map((row) => row[2]!),
					judgements.get(query)!,
				),
			];
		}),
	);
}

function readFigures(file: string): Map<string, Record<string, string>> {
	const figures = new Map<string, Record<string, string>>();
	for (const [name = "", query = "", value = ""] of readRows(file)) {
		figures.set(query, { ...figures.get(query), [name]: value });
	}
	return figures;
}

function readRows(file: string): string[][] {
	const lines = readFileSync(join(folder, file), "utf8").trim().split("\n");
	return lines.map((line) => line.trim().split(/\s+/));
}
