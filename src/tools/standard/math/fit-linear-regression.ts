/** `math_linear_regression`: the straight line through points, by least squares. */
import { z } from "zod";
import { AppError } from "#core/errors";
import { standardTool } from "#tools/standard/standard-tool";

const Numbers = z.array(z.number()).max(10_000);

export const fitLinearRegression = standardTool({
	id: "math_linear_regression",
	name: "Linear regression",
	description:
		"Fits the line y = slope * x + intercept to points by least squares and says how well it fits (r2 from 0 to 1). " +
		"Use it for trends, and with `predict` for forecasts.",
	category: "math",
	writes: false,
	input: z.strictObject({
		x: Numbers.min(2).meta({ description: "The x of every point.", examples: [[1, 2, 3]] }),
		y: Numbers.min(2).meta({ description: "The y of every point, in the same order.", examples: [[2, 4, 6.1]] }),
		predict: Numbers.default([]).meta({ description: "Further x, for which y is told.", examples: [[4, 5]] }),
	}),
	output: z.object({
		slope: z.number(),
		intercept: z.number(),
		r2: z.number().meta({ description: "The share of the variance of y that the line explains." }),
		count: z.int(),
		predictions: z.array(z.object({ x: z.number(), y: z.number() })),
	}),
	examples: [
		{
			title: "Points on a line, and a forecast",
			input: { x: [1, 2, 3], y: [3, 5, 7], predict: [10] },
			output: { slope: 2, intercept: 1, r2: 1, count: 3, predictions: [{ x: 10, y: 21 }] },
		},
		{
			title: "Scattered points",
			input: { x: [1, 2, 3], y: [1, 3, 2] },
			output: { slope: 0.5, intercept: 1, r2: 0.25, count: 3, predictions: [] },
		},
	],
	run({ x, y, predict }) {
		if (x.length !== y.length) {
			throw new AppError("invalid_input", `There are ${x.length} x, but ${y.length} y.`);
		}
		const [meanX, meanY] = [mean(x), mean(y)];
		const spreadX = sumOfProducts(x, meanX, x, meanX);
		if (spreadX === 0) throw new AppError("invalid_input", "All x are the same; there is no line.");
		const spreadY = sumOfProducts(y, meanY, y, meanY);
		const together = sumOfProducts(x, meanX, y, meanY);
		const slope = together / spreadX;
		const intercept = meanY - slope * meanX;
		// A horizontal line through equal y explains all there is.
		const r2 = spreadY === 0 ? 1 : Math.min((together / spreadX) * (together / spreadY), 1);
		const predictions = predict.map((value) => ({ x: value, y: slope * value + intercept }));
		if (![slope, intercept, r2, ...predictions.map((point) => point.y)].every(Number.isFinite)) {
			throw new AppError("invalid_input", "The numbers are too large.");
		}
		return { slope, intercept, r2, count: x.length, predictions };
	},
});

function mean(values: number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function sumOfProducts(a: number[], meanA: number, b: number[], meanB: number): number {
	return a.reduce((sum, value, index) => sum + (value - meanA) * (b[index]! - meanB), 0);
}
