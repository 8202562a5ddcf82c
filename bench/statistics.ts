/** What the benchmarks make of many measurements. */

export function median(values: number[]): number {
	return quantile(values, 0.5);
}

export function quantile(values: number[], share: number): number {
	const sorted = values.toSorted((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The median of `a[i] / b[i]`: what was measured in the same round had the same machine. */
export function medianRatio(a: number[], b: number[]): number {
	return median(a.map((value, i) => value / (b[i] ?? Number.NaN)));
}
