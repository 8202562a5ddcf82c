/** The shortest way from some lines to others, by their longest common subsequence. */
import { AppError } from "#core/errors";

export interface LineChange {
	kind: "same" | "removed" | "added";
	line: string;
}

/** Of pairs of lines compared; a table of numbers has that many cells. */
const maximumCells = 4_000_000;

export function lineDiff(before: string[], after: string[]): LineChange[] {
	let start = 0;
	while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
	let end = 0;
	const shorter = Math.min(before.length, after.length) - start;
	while (end < shorter && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
	const same = (line: string): LineChange => ({ kind: "same", line });
	return [
		...before.slice(0, start).map(same),
		...middle(before.slice(start, before.length - end), after.slice(start, after.length - end)),
		...before.slice(before.length - end).map(same),
	];
}

function middle(before: string[], after: string[]): LineChange[] {
	if (before.length * after.length > maximumCells) {
		throw new AppError("limit_exceeded", "The texts differ in too many lines to be compared.");
	}
	const common = commonLengths(before, after);
	const width = after.length + 1;
	const changes: LineChange[] = [];
	let [i, j] = [0, 0];
	while (i < before.length || j < after.length) {
		if (i < before.length && j < after.length && before[i] === after[j]) {
			changes.push({ kind: "same", line: before[i]! });
			i += 1;
			j += 1;
		} else if (
			j === after.length ||
			(i < before.length && common[(i + 1) * width + j]! >= common[i * width + j + 1]!)
		) {
			changes.push({ kind: "removed", line: before[i]! });
			i += 1;
		} else {
			changes.push({ kind: "added", line: after[j]! });
			j += 1;
		}
	}
	return changes;
}

/** At row i, column j: how many lines `before` from i and `after` from j have in common. */
function commonLengths(before: string[], after: string[]): Uint32Array {
	const width = after.length + 1;
	const table = new Uint32Array((before.length + 1) * width);
	for (let i = before.length - 1; i >= 0; i -= 1) {
		for (let j = after.length - 1; j >= 0; j -= 1) {
			const at = i * width + j;
			table[at] = before[i] === after[j] ? table[at + width + 1]! + 1 : Math.max(table[at + width]!, table[at + 1]!);
		}
	}
	return table;
}
