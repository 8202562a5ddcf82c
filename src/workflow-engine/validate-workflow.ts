/** Says all that is wrong with a graph, whatever was sent as one, without saving it. */
import type { z } from "zod";
import { definitionProblems } from "./check-definition.ts";
import { maxProblems } from "./check-graph.ts";
import type { ReferenceScope } from "./check-references.ts";
import { Definition, type GraphProblem, type Validation } from "./schema.ts";

export async function validateWorkflow(ctx: ReferenceScope, input: object): Promise<Validation> {
	const parsed = Definition.safeParse(input);
	const errors = parsed.success
		? await definitionProblems(ctx, parsed.data)
		: parsed.error.issues.slice(0, maxProblems).map((issue) => problemOfIssue(issue, input));
	return { valid: errors.length === 0, errors };
}

/** The node or edge is named where the input says its id. */
function problemOfIssue({ path, message }: z.core.$ZodIssue, input: object): GraphProblem {
	const keys = path.map(String);
	const ids: string[] = [];
	let edgeId: string | undefined;
	let part: unknown = input;
	for (const [depth, key] of keys.entries()) {
		part = typeof part === "object" && part !== null && Object.hasOwn(part, key) ? Reflect.get(part, key) : undefined;
		const list = listOf(keys, depth);
		const id = list && idOf(part);
		if (list === "nodes" && id !== undefined) ids.push(id);
		if (list === "edges" && id !== undefined) edgeId = [...ids, id].join("/");
	}
	const pointer = keys.map((key) => `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
	if (edgeId !== undefined) return { edgeId, pointer, detail: message };
	return { ...(ids.length > 0 && { nodeId: ids.join("/") }), pointer, detail: message };
}

/** Whether the key is an index into the nodes or edges of a graph: of the first, or of a loop's body. */
function listOf(keys: string[], depth: number): "nodes" | "edges" | undefined {
	const list = keys[depth - 1];
	if (list !== "nodes" && list !== "edges") return undefined;
	return depth === 1 || (keys[depth - 2] === "body" && keys[depth - 3] === "config") ? list : undefined;
}

function idOf(part: unknown): string | undefined {
	const id = typeof part === "object" && part !== null && "id" in part ? part.id : undefined;
	return typeof id === "string" && id.length <= 100 ? id : undefined;
}
