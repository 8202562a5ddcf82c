/** Which expressions are calculated: no methods, properties, objects, or functions of one's own. */
import type { MathNode } from "mathjs";
import { AppError } from "#core/errors";
import { inMath, mathEngine } from "./math-engine.ts";

const harmless = new Set([
	"ConstantNode",
	"SymbolNode",
	"OperatorNode",
	"ParenthesisNode",
	"ArrayNode",
	"RangeNode",
	"BlockNode",
	"ConditionalNode",
	"RelationalNode",
]);

/** The node types of mathjs that need a closer look, as far as we look. */
interface LookedAt {
	type: string;
	name?: string;
	fn?: { type: string; name?: string };
	index?: { type: string; dimensions: { type: string; value?: unknown }[]; dotNotation: boolean } | null;
	dimensions?: { type: string; value?: unknown }[];
	optionalChaining?: boolean;
	optional?: boolean;
}

export function parseExpression(expression: string): MathNode {
	return inMath(() => {
		const node = mathEngine().math.parse(expression);
		node.traverse((part) => {
			const problem = problemOf(part);
			if (problem) throw new AppError("invalid_input", problem);
		});
		return node;
	});
}

function problemOf(node: LookedAt): string | undefined {
	if (harmless.has(node.type)) return undefined;
	switch (node.type) {
		case "FunctionNode":
			return problemOfCall(node);
		case "AssignmentNode":
			return node.index ? "Elements cannot be assigned to." : undefined;
		case "AccessorNode":
			return node.optionalChaining ? "Properties and methods are not offered." : undefined;
		case "IndexNode":
			return node.dimensions?.some(({ value }) => typeof value === "string")
				? "Properties and methods are not offered."
				: undefined;
		case "FunctionAssignmentNode":
			return "Functions cannot be defined in an expression.";
		default:
			return "The expression has a part that is not offered.";
	}
}

function problemOfCall({ fn, optional }: LookedAt): string | undefined {
	if (optional || fn?.type !== "SymbolNode") return "Properties and methods are not offered.";
	return mathEngine().functions.has(fn.name ?? "") ? undefined : `There is no function "${fn.name}".`;
}
