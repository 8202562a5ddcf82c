/** `json_query`: picks, filters, sums up and reshapes JSON by a JSONata expression. */
import { z } from "zod";
import { runQuery } from "#core/run-query";
import { standardTool } from "#tools/standard/standard-tool";
import { BoundedJson } from "./bounded-json.ts";

const orders = {
	orders: [
		{ item: "pen", price: 2, count: 3 },
		{ item: "ink", price: 9, count: 1 },
	],
};

export const queryJson = standardTool({
	id: "json_query",
	name: "Query JSON",
	description:
		"Picks, filters, aggregates and reshapes a JSON value by a JSONata expression, for instance " +
		"`orders[price > 5].item` or `$sum(orders.(price * count))`. Regular expressions, transforms and $eval are not offered.",
	category: "utility",
	writes: false,
	input: z.strictObject({
		value: BoundedJson.meta({ description: "The JSON value to look into.", examples: [orders] }),
		expression: z
			.string()
			.trim()
			.min(1)
			.max(5_000)
			.meta({ description: "JSONata.", examples: ["orders[price > 5].item", "$sum(orders.price)"] }),
	}),
	output: z.object({
		found: z.boolean().meta({ description: "False where nothing matches." }),
		result: z.json().meta({ description: "What the expression yields; null where nothing matches." }),
	}),
	examples: [
		{
			title: "Filter",
			input: { value: orders, expression: "orders[price > 5].item" },
			output: { found: true, result: "ink" },
		},
		{
			title: "Total",
			input: { value: orders, expression: "$sum(orders.(price * count))" },
			output: { found: true, result: 15 },
		},
		{
			title: "Another shape",
			input: { value: orders, expression: 'orders.{ "name": $uppercase(item), "many": count > 1 }' },
			output: {
				found: true,
				result: [
					{ name: "PEN", many: true },
					{ name: "INK", many: false },
				],
			},
		},
		{
			title: "Nothing there",
			input: { value: orders, expression: "customers" },
			output: { found: false, result: null },
		},
	],
	async run({ value, expression }, scope) {
		const result = await runQuery(expression, value, scope.now());
		return result === undefined ? { found: false, result: null } : { found: true, result };
	},
});
