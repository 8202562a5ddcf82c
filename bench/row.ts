/** One line of the result: a ratio or a difference, with the floor that it must reach and the goal that it should. */

export interface Row {
	/** What is measured against what. */
	name: string;
	value: number;
	/** Empty for a difference of measures between 0 and 1. */
	unit: "×" | " ms" | " KiB" | "/s" | "";
	/** The absolute figures behind the value. */
	measured: string;
	atLeast?: number;
	atMost?: number;
	goal?: number;
}

export type Verdict = "goal" | "ok" | "missed" | "";

export function verdictOf({ value, atLeast, atMost, goal }: Row): Verdict {
	if (atLeast !== undefined) return value >= (goal ?? Infinity) ? "goal" : value >= atLeast ? "ok" : "missed";
	if (atMost !== undefined) return value <= (goal ?? -Infinity) ? "goal" : value <= atMost ? "ok" : "missed";
	return "";
}

/** A Markdown table. */
export function tableOf(rows: Row[]): string {
	const lines = rows.map((row) => {
		const { name, value, unit, measured, atLeast, atMost, goal } = row;
		const required =
			atLeast !== undefined
				? `≥ ${Number(atLeast.toFixed(3))}${unit}`
				: atMost !== undefined
					? `≤ ${atMost}${unit}`
					: "";
		const wanted = goal === undefined ? "" : `${goal}${unit}`;
		return `| ${name} | ${numberOf(value)}${unit} | ${required} | ${wanted} | ${verdictOf(row)} | ${measured} |`;
	});
	return ["| measured | result | required | goal | | behind it |", "|---|---|---|---|---|---|", ...lines].join("\n");
}

export function numberOf(value: number): string {
	if (Math.abs(value) < 0.1) return value.toFixed(4);
	return value >= 100 ? Math.round(value).toLocaleString("en-US") : value.toFixed(value >= 10 ? 1 : 2);
}
