/** What a definition must be to be saved, or run: a graph that can run, of what its caller may run. */
import { AppError } from "#core/errors";
import { checkGraph, maxProblems } from "./check-graph.ts";
import { checkReferences, type ReferenceScope } from "./check-references.ts";
import type { Definition, GraphProblem } from "./schema.ts";

/** Throws `invalid_input` with all problems in `details.fields`. `pointer` is a JSON Pointer to the definition. */
export async function checkDefinition(ctx: ReferenceScope, definition: Definition, pointer = ""): Promise<void> {
	const fields = await definitionProblems(ctx, definition, pointer);
	if (fields.length === 0) return;
	throw new AppError("invalid_input", "The graph cannot run; see `errors`.", { details: { fields } });
}

export async function definitionProblems(
	ctx: ReferenceScope,
	definition: Definition,
	pointer = "",
): Promise<GraphProblem[]> {
	const problems = checkGraph(definition, pointer);
	if (problems.length === maxProblems) return problems;
	return [...problems, ...(await checkReferences(ctx, definition, pointer))].slice(0, maxProblems);
}
