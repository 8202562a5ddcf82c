/** One ranking of the passages of several indexes, or of several shards of one. */
import type { FoundChunk } from "./learning-index-object.ts";

/**
 * The scores of a hybrid search are 0 to 1 in each list, so that the only passage of an index has the best. What stands
 * behind them is brought to 0 to 1 once more, over all.
 */
export function mergeFound<Found extends FoundChunk>(lists: Found[][]): Found[] {
	const [only] = lists;
	// Its order may be another than that of its scores.
	if (only && lists.length === 1) return only;
	const all = lists.flat();
	const isHybrid = all.length > 0 && all.every(({ raw }) => raw !== undefined);
	const ranked = isHybrid ? rescored(all) : all;
	return ranked.toSorted((a, b) => b.score - a.score);
}

function rescored<Found extends FoundChunk>(found: Found[]): Found[] {
	const words = Math.max(...found.map(({ raw }) => raw!.keyword));
	const near = found.map(({ raw }) => raw!.vector);
	const [least, most] = [Math.min(...near), Math.max(...near)];
	return found.map((one) => {
		const keyword = words > 0 ? one.raw!.keyword / words : 0;
		const vector = most > least ? (one.raw!.vector - least) / (most - least) : 1;
		return { ...one, score: (keyword + vector) / 2, parts: { keyword, vector } };
	});
}
