/** Makes one value of what several branches ended with. */
import { AppError } from "#core/errors";
import type { NodeOf } from "./schema.ts";
import { type Step, valueFrom } from "./step.ts";

type Reducer = NodeOf<"merge">["config"]["reducer"];

/** Throws `invalid_input` where the values do not suit the reducer. */
export function mergeOutputs({ live, scope, compiled }: Step, reducer: Reducer): unknown {
	const place = new Map(compiled.incoming.map(({ source }, index) => [source, index]));
	// In the order of the edges, whoever came first; `first` and `last` are about time.
	const sources =
		reducer === "first" || reducer === "last" ? live : live.toSorted((a, b) => place.get(a)! - place.get(b)!);
	const values = sources.map((id) => valueFrom(scope, id));
	switch (reducer) {
		case "object":
			return Object.fromEntries(sources.map((id, index) => [id, values[index]]));
		case "list":
			return values;
		case "first":
			return values[0];
		case "last":
			return values.at(-1);
		case "concat":
			return values.flatMap((value) => (Array.isArray(value) ? value : refuse("concat", "lists")));
		case "assign":
			return Object.fromEntries(
				values.flatMap((value) => (isObject(value) ? Object.entries(value) : refuse("assign", "objects"))),
			);
		case "sum":
			return values.reduce<number>(
				(sum, value) => sum + (typeof value === "number" ? value : refuse("sum", "numbers")),
				0,
			);
	}
}

function isObject(value: unknown): value is object {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refuse(reducer: Reducer, wanted: string): never {
	throw new AppError("invalid_input", `The reducer \`${reducer}\` takes ${wanted} alone.`);
}
