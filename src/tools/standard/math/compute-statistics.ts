/** `math_statistics`: describes a list of numbers. */
import { z } from "zod";
import { AppError } from "#core/errors";
import { standardTool } from "#tools/standard/standard-tool";
import { mathEngine } from "./math-engine.ts";

export const computeStatistics = standardTool({
	id: "math_statistics",
	name: "Statistics",
	description:
		"Describes a list of numbers: count, sum, mean, median, variance, standard deviation, minimum, maximum and quantiles. " +
		"Use it instead of adding up long lists yourself.",
	category: "math",
	writes: false,
	input: z.strictObject({
		values: z
			.array(z.number())
			.min(1)
			.max(10_000)
			.meta({ description: "The numbers, in any order.", examples: [[2, 4, 4, 4, 5, 5, 7, 9]] }),
		quantiles: z
			.array(z.number().min(0).max(1))
			.max(100)
			.default([0.25, 0.5, 0.75])
			.meta({ description: "Which quantiles, each from 0 to 1; between two values they are interpolated." }),
		population: z
			.boolean()
			.default(false)
			.meta({ description: "The numbers are all there are, not a sample: the variance divides by n, not by n - 1." }),
	}),
	output: z.object({
		...{ count: z.int(), sum: z.number(), mean: z.number(), median: z.number(), min: z.number(), max: z.number() },
		variance: z.number().meta({ description: "0 for a single number." }),
		standardDeviation: z.number(),
		quantiles: z.array(z.object({ quantile: z.number(), value: z.number() })),
	}),
	examples: [
		{
			title: "A whole population",
			input: { values: [2, 4, 4, 4, 5, 5, 7, 9], quantiles: [0.5], population: true },
			output: {
				...{ count: 8, sum: 40, mean: 5, median: 4.5, min: 2, max: 9, variance: 4, standardDeviation: 2 },
				quantiles: [{ quantile: 0.5, value: 4.5 }],
			},
		},
		{
			title: "A sample",
			input: { values: [3, 1, 2] },
			output: {
				...{ count: 3, sum: 6, mean: 2, median: 2, min: 1, max: 3, variance: 1, standardDeviation: 1 },
				quantiles: [
					{ quantile: 0.25, value: 1.5 },
					{ quantile: 0.5, value: 2 },
					{ quantile: 0.75, value: 2.5 },
				],
			},
		},
	],
	run({ values, quantiles, population }) {
		const { math } = mathEngine();
		const sorted = values.toSorted((a, b) => a - b);
		const variance = Number(math.variance(sorted, population ? "uncorrected" : "unbiased"));
		const result = {
			count: sorted.length,
			...{ sum: math.sum(sorted), mean: math.mean(sorted), median: math.median(sorted) },
			...{ min: sorted[0]!, max: sorted.at(-1)! },
			...{ variance, standardDeviation: Math.sqrt(variance) },
			quantiles: quantiles.map((quantile) => ({ quantile, value: math.quantileSeq(sorted, quantile, true) })),
		};
		const numbers = [...Object.values(result), ...result.quantiles.map(({ value }) => value)];
		if (numbers.some((value) => typeof value === "number" && !Number.isFinite(value))) {
			throw new AppError("invalid_input", "The numbers are too large to be added up.");
		}
		return result;
	},
});
