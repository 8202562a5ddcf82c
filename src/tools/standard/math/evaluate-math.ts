/** `math_evaluate`: calculates an expression. */
import { z } from "zod";
import { standardTool } from "#tools/standard/standard-tool";
import { evaluateBounded, mathEngine } from "./math-engine.ts";
import { parseExpression } from "./math-syntax.ts";
import { lastStatement, MathValue, mathValue } from "./math-value.ts";

const Vector = z.array(z.number()).max(1_000);

export const evaluateMath = standardTool({
	id: "math_evaluate",
	name: "Evaluate math",
	description:
		"Calculates an expression exactly instead of guessing: arithmetic, percentages, functions such as sqrt, log or sin " +
		"(radians, or `sin(30 deg)`), units (`3 inch to cm`), matrices (`inv([1, 2; 3, 4])`), comparisons, and several " +
		"statements separated by `;` of which the last is the result.",
	category: "math",
	writes: false,
	input: z.strictObject({
		expression: z
			.string()
			.trim()
			.min(1)
			.max(1_000)
			.meta({ description: "The expression.", examples: ["(1 + 2) * 3", "3 inch to cm", "r = 2; pi * r^2"] }),
		variables: z
			.record(
				z
					.string()
					.max(50)
					.regex(/^[A-Za-z_][A-Za-z0-9_]*$/),
				z.union([z.number(), z.boolean(), Vector, z.array(Vector).max(1_000)]),
			)
			.refine((variables) => Object.keys(variables).length <= 100, "At most 100 variables.")
			.optional()
			.meta({
				description: "Values of the names that the expression uses.",
				examples: [{ price: 19.9, amounts: [1, 2] }],
			}),
	}),
	output: z.object({
		value: MathValue,
		text: z.string().meta({ description: "The value as people read it, to 14 significant digits." }),
	}),
	examples: [
		{ title: "Arithmetic", input: { expression: "0.1 + 0.2" }, output: { value: 0.30000000000000004, text: "0.3" } },
		{
			title: "Units",
			input: { expression: "3 inch to cm" },
			output: { value: { value: 7.62, unit: "cm" }, text: "7.62 cm" },
		},
		{
			title: "With variables",
			input: { expression: "sum(amounts) * price", variables: { amounts: [1, 2], price: 19.5 } },
			output: { value: 58.5, text: "58.5" },
		},
		{
			title: "A matrix",
			input: { expression: "[1, 2; 3, 4] * [5; 6]" },
			output: { value: [[17], [39]], text: "[[17], [39]]" },
		},
		{ title: "A complex number", input: { expression: "sqrt(-4)" }, output: { value: { re: 0, im: 2 }, text: "2i" } },
	],
	run({ expression, variables = {} }) {
		const { math } = mathEngine();
		const node = parseExpression(expression);
		const scope = new Map(
			Object.entries(variables).map(([name, value]) => [name, Array.isArray(value) ? math.matrix(value) : value]),
		);
		const result = lastStatement(evaluateBounded(node, scope));
		return { value: mathValue(result), text: math.format(result, { precision: 14 }) };
	},
});
