/** The conditions of Flowise, as CEL. */
import { caseName, celOfCases, celOfComparison, type Operator, otherwise } from "./comparison.ts";
import { at, listAt, textAt } from "./loose-json.ts";
import type { NodeWriter } from "./node-writer.ts";
import { celText } from "./reference.ts";
import type { SourceNode } from "./source-graph.ts";

const operators: Record<string, [Operator, negated?: boolean]> = {
	equal: ["equals"],
	notEqual: ["equals", true],
	contains: ["contains"],
	notContains: ["contains", true],
	startsWith: ["startsWith"],
	endsWith: ["endsWith"],
	isEmpty: ["empty"],
	notEmpty: ["empty", true],
	larger: ["gt"],
	largerEqual: ["gte"],
	smaller: ["lt"],
	smallerEqual: ["lte"],
};

/** With one condition it is true or false, with several it names one; undefined for what is not simple enough. */
export function flowiseCondition({ data }: SourceNode, writer: NodeWriter): string | undefined {
	const cases = conditionsOf(data).map((one) => {
		const operation = textAt(one, "operation") ?? "";
		if (!Object.hasOwn(operators, operation)) return undefined;
		const [operator, isNegated = false] = operators[operation]!;
		const type = textAt(one, "type") ?? "string";
		const as = type === "number" || type === "boolean" ? type : "text";
		return celOfComparison({
			operator,
			isNegated,
			as,
			left: writer.parts(at(one, "value1")),
			right: writer.parts(at(one, "value2")),
		});
	});
	return cases.length === 1 ? cases[0] : celOfCases(cases);
}

/** What stands for a condition that is not translated: the first one. */
export function flowiseAnyCondition({ data }: SourceNode): string {
	return conditionsOf(data).length > 1 ? celText(caseName(0)) : "true";
}

/** What the condition is for the output of that number; the last one is for all else. */
export function flowiseBranch({ data }: SourceNode, output: number): string {
	const count = conditionsOf(data).length;
	if (count <= 1) return output === 0 ? "true" : "false";
	return output < count ? caseName(output) : otherwise;
}

function conditionsOf(data: unknown): unknown[] {
	return listAt(data, "inputs", "conditions");
}
