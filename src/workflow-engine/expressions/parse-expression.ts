/**
 * A CEL expression's syntax tree, checked for what can be told without its values. Trees are kept, for a workflow
 * evaluates the same few expressions again and again.
 */
import { Environment, type ASTNode, ParseError } from "@marcbachmann/cel-js";
import { checkSyntax, type Name } from "./check-syntax.ts";
import { invalid } from "./values.ts";

interface ParsedExpression {
	tree: ASTNode;
	/** The names that the expression takes from its scope, each once. */
	names: readonly Name[];
}

/** In characters. */
export const maximumLength = 4_000;
const maximumKept = 500;

const tooMuch = "The expression has too many parts or is nested too deeply";

const environment = new Environment({
	unlistedVariablesAreDyn: true,
	enableOptionalTypes: true,
	limits: { maxAstNodes: 4_000, maxDepth: 100 },
});
const kept = new Map<string, ParsedExpression>();

/** Throws `invalid_input` with a place for what is no expression, or uses what is not offered. */
export function parseExpression(source: string): ParsedExpression {
	const known = kept.get(source);
	if (known) {
		kept.delete(source);
		kept.set(source, known);
		return known;
	}
	if (source.length > maximumLength) {
		throw invalid(`The expression is longer than ${maximumLength.toLocaleString("en-US")} characters.`);
	}
	const tree = parse(source);
	const parsed = { tree, names: checkSyntax(tree) };
	for (const oldest of kept.keys()) {
		if (kept.size < maximumKept) break;
		kept.delete(oldest);
	}
	kept.set(source, parsed);
	return parsed;
}

function parse(source: string): ASTNode {
	if (source.trim() === "") throw invalid("The expression is empty.");
	try {
		return environment.parse(source).ast;
	} catch (cause) {
		if (cause instanceof RangeError) throw invalid(tooMuch, cause);
		if (!(cause instanceof ParseError)) throw cause;
		const problem = cause.code === "limit_exceeded" ? tooMuch : cause.summary;
		throw invalid(`${problem} (at character ${(cause.range?.start ?? 0) + 1}).`, cause);
	}
}
